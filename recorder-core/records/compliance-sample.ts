import type { Tx } from './database.ts';

/** Recordings that are compared with holds by query at once. */
const PAGE = 5_000;

/** How many stored recordings there are to draw from, and how many of them are held. */
export async function countForSample(
  tx: Tx,
): Promise<{ readonly population: number; readonly held: number }> {
  const { rows } = await tx.query<{ population: number; held: number }>(
    `select (select count(*) from recording where state in ('stored', 'retained')) as population,
            (select count(distinct i.recording_id) from hold_item i
               join hold h on h.tenant_id = i.tenant_id and h.id = i.hold_id where h.released_at is null) as held`,
  );
  return rows[0] ?? { population: 0, held: 0 };
}

/**
 * Draws a sample once: those whose id gives the smallest digests under the seed, so that nobody chose them and anyone with
 * the seed can tell that; and every recording that is held by item. `addHeldByQuery` adds the others that are held.
 */
export async function drawSample(
  tx: Tx,
  tenantId: string,
  reportId: string,
  seed: string,
  size: number,
): Promise<void> {
  await tx.query(
    `insert into compliance_sample (tenant_id, report_id, recording_id, held)
     select $1, $2, drawn.id, false from (
       select id from recording where state in ('stored', 'retained')
        order by sha256(decode($3, 'hex') || uuid_send(id)), id limit $4) drawn
     on conflict do nothing`,
    [tenantId, reportId, seed, size],
  );
  await tx.query(
    `insert into compliance_sample (tenant_id, report_id, recording_id, held)
     select distinct $1::uuid, $2::uuid, i.recording_id, true
       from hold_item i join hold h on h.tenant_id = i.tenant_id and h.id = i.hold_id where h.released_at is null
     on conflict (tenant_id, report_id, recording_id) do update set held = true`,
    [tenantId, reportId],
  );
}

/** Adds those of a page of recordings that a hold by query reaches; answers the last id of a full page, else null. */
export async function addHeldByQuery(
  tx: Tx,
  tenantId: string,
  reportId: string,
  after: string,
): Promise<string | null> {
  const { rows } = await tx.query<{ by_query: boolean }>(
    'select exists (select from hold where by_query and ended_at is null) as by_query',
  );
  if (rows[0]?.by_query !== true) return null;
  const page = await tx.query<{ id: string }>(
    `with page as (
       select r, r.id from recording r where r.id > $3 and r.state in ('stored', 'retained') order by r.id limit ${PAGE}),
     added as (
       insert into compliance_sample (tenant_id, report_id, recording_id, held)
       select $1, $2, x.id, true from page x where exists (select from holds_on(x.r, false))
       on conflict (tenant_id, report_id, recording_id) do update set held = true)
     select id from page order by id`,
    [tenantId, reportId, after],
  );
  return page.rows.length < PAGE ? null : (page.rows.at(-1)?.id ?? null);
}

/** The next recordings of the sample that were not looked into yet. */
export async function nextOfSample(tx: Tx, reportId: string, limit: number): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select recording_id as id from compliance_sample where report_id = $1 and checked_at is null
      order by recording_id limit $2`,
    [reportId, limit],
  );
  return rows.map(({ id }) => id);
}

/** Notes that recordings of the sample were looked into. */
export async function noteSampled(tx: Tx, reportId: string, ids: readonly string[], at: Date): Promise<void> {
  await tx.query(
    'update compliance_sample set checked_at = $3 where report_id = $1 and recording_id = any ($2)',
    [reportId, ids, at],
  );
}
