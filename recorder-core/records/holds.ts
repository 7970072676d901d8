import type { Tx } from './database.ts';

/** A legal hold on named recordings; in force while `releasedAt` is null. */
export interface Hold {
  readonly id: string;
  readonly matter: string;
  readonly reason: string;
  readonly placedBy: string;
  readonly placedAt: string;
  readonly releasedBy: string | null;
  readonly releasedAt: string | null;
  readonly recordingIds: readonly string[];
}

interface HoldRow extends Omit<Hold, 'placedAt' | 'releasedAt'> {
  readonly placedAt: Date;
  readonly releasedAt: Date | null;
}

const COLUMNS = `
  h.id, h.matter, h.reason, coalesce(p.name, h.placed_by::text) as "placedBy", h.placed_at as "placedAt",
  coalesce(l.name, h.released_by::text) as "releasedBy", h.released_at as "releasedAt",
  array(select i.recording_id from hold_item i where i.tenant_id = h.tenant_id and i.hold_id = h.id
         order by i.recording_id) as "recordingIds"`;
const FROM = `
  from hold h
  left join app_user p on p.tenant_id = h.tenant_id and p.id = h.placed_by
  left join app_user l on l.tenant_id = h.tenant_id and l.id = h.released_by`;

function fromRow(row: HoldRow): Hold {
  return { ...row, placedAt: row.placedAt.toISOString(), releasedAt: row.releasedAt?.toISOString() ?? null };
}

/** Adds a hold with its items; the caller has locked the recordings. */
export async function insertHold(
  tx: Tx,
  tenantId: string,
  hold: Pick<Hold, 'id' | 'matter' | 'reason' | 'placedBy' | 'placedAt' | 'recordingIds'>,
): Promise<void> {
  await tx.query(
    'insert into hold (tenant_id, id, matter, reason, placed_by, placed_at) values ($1, $2, $3, $4, $5, $6)',
    [tenantId, hold.id, hold.matter, hold.reason, hold.placedBy, hold.placedAt],
  );
  await tx.query(
    'insert into hold_item (tenant_id, hold_id, recording_id) select $1, $2, unnest($3::uuid[]) on conflict do nothing',
    [tenantId, hold.id, hold.recordingIds],
  );
}

/** One hold, or undefined. */
export async function readHold(tx: Tx, id: string): Promise<Hold | undefined> {
  const { rows } = await tx.query<HoldRow>(`select ${COLUMNS} ${FROM} where h.id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** The list of all holds shows the newest; of one recording every hold counts. */
const LIST_LIMIT = 500;

/** Holds, newest first; of one recording where one is named. */
export async function listHolds(tx: Tx, recordingId?: string): Promise<Hold[]> {
  const { rows } = await tx.query<HoldRow>(
    `select ${COLUMNS} ${FROM}
      where ($1::uuid is null or exists (select from hold_item i
              where i.tenant_id = h.tenant_id and i.hold_id = h.id and i.recording_id = $1))
      order by h.placed_at desc, h.id desc limit $2`,
    [recordingId ?? null, recordingId === undefined ? LIST_LIMIT : null],
  );
  return rows.map(fromRow);
}

/** Ends a hold; answers false when it had ended before. */
export async function endHold(tx: Tx, id: string, by: string, at: string, reason: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update hold set released_by = $2, released_at = $3, release_reason = $4 where id = $1 and released_at is null',
    [id, by, at, reason],
  );
  return rowCount === 1;
}

/**
 * Locks the recordings that a hold is about to name, in one order so that two
 * holds never deadlock. Answers those that exist, and whether anything of them
 * was already destroyed. Asked in a second statement: while the first waits for
 * its locks, a destruction may end, and only a new statement sees what it did.
 */
export async function lockForHold(
  tx: Tx,
  recordingIds: readonly string[],
): Promise<{ id: string; destroyed: boolean }[]> {
  await tx.query('select from recording where id = any ($1) order by id for update', [recordingIds]);
  const { rows } = await tx.query<{ id: string; destroyed: boolean }>(
    `select id, exists (select from part p where p.tenant_id = r.tenant_id and p.recording_id = r.id
                           and p.destroyed_at is not null) as destroyed
       from recording r where id = any ($1) order by id`,
    [recordingIds],
  );
  return rows;
}
