import type { Tx } from './database.ts';

/** What happened to a hold by query, and is to be told of all that it reaches. */
export type SpreadAct = 'hold.placed' | 'hold.released' | 'hold.restored';

/** How far the word of one change of a hold has come. */
export interface HoldSpread {
  readonly id: string;
  readonly holdId: string;
  readonly matterId: string;
  readonly act: SpreadAct;
  /** The last recording that was looked at, by id. */
  readonly after: string | null;
  readonly told: number;
  readonly doneAt: string | null;
}

/** Notes that a change of a hold by query is to be told in pages. */
export async function insertSpread(
  tx: Tx,
  tenantId: string,
  { id, holdId, act }: Pick<HoldSpread, 'id' | 'holdId' | 'act'>,
): Promise<void> {
  await tx.query('insert into hold_spread (tenant_id, id, hold_id, act) values ($1, $2, $3, $4)', [
    tenantId,
    id,
    holdId,
    act,
  ]);
}

/** One of them under a row lock, so that each page is told once. */
export async function lockSpread(tx: Tx, id: string): Promise<HoldSpread | undefined> {
  const { rows } = await tx.query<Omit<HoldSpread, 'doneAt'> & { doneAt: Date | null }>(
    `select s.id, s.hold_id as "holdId", h.matter_id as "matterId", s.act, s.after, s.told, s.done_at as "doneAt"
       from hold_spread s join hold h on h.tenant_id = s.tenant_id and h.id = s.hold_id
      where s.id = $1 for update of s`,
    [id],
  );
  return rows[0] && { ...rows[0], doneAt: rows[0].doneAt?.toISOString() ?? null };
}

/** How far the word of the last change of each hold of a matter has come. */
export async function newestSpreads(
  tx: Tx,
  matterId: string,
): Promise<{ holdId: string; told: number; done: boolean }[]> {
  const { rows } = await tx.query<{ holdId: string; told: number; done: boolean }>(
    `select distinct on (s.hold_id) s.hold_id as "holdId", s.told, s.done_at is not null as done
       from hold_spread s join hold h on h.tenant_id = s.tenant_id and h.id = s.hold_id
      where h.matter_id = $1 order by s.hold_id, s.id desc`,
    [matterId],
  );
  return rows;
}

/**
 * Recordings after `after`, by id, that the hold's query reaches, at most `limit`, looking at `window` rows at most.
 * `last` is where to go on, null at the end. What was disposed of is left out.
 */
export async function listReached(
  tx: Tx,
  holdId: string,
  page: { readonly after: string | null; readonly window: number; readonly limit: number },
): Promise<{ readonly ids: string[]; readonly last: string | null }> {
  const { rows } = await tx.query<{ id: string; reached: boolean; seen: number }>(
    `with page as materialized (
       select r.* from recording r where $2::uuid is null or r.id > $2 order by r.id limit $3),
     found as (
       select p.id from page p, hold_query q, query_reaches(q, (p.*)::recording)
        where q.hold_id = $1 and p.state <> 'disposed' order by p.id limit $4)
     select id, true as reached, 0 as seen from found
     union all
     select (select id from page order by id desc limit 1), false, (select count(*) from page)::int`,
    [holdId, page.after, page.window, page.limit],
  );
  const ids = rows.filter(({ reached }) => reached).map(({ id }) => id);
  const end = rows.find(({ reached }) => !reached);
  if (ids.length === page.limit) return { ids, last: ids.at(-1) ?? null };
  return { ids, last: end !== undefined && end.seen === page.window ? end.id : null };
}

/** Notes that a page was told; `last` null ends it. */
export async function advanceSpread(
  tx: Tx,
  id: string,
  { last, told, at }: { readonly last: string | null; readonly told: number; readonly at: string },
): Promise<void> {
  await tx.query(
    `update hold_spread set after = coalesce($2, after), told = told + $3,
            done_at = case when $2::uuid is null then $4::timestamptz end where id = $1`,
    [id, last, told, at],
  );
}
