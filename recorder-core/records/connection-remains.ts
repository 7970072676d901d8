import type { Tx } from './database.ts';
import { leasedIds } from './delivery-leases.ts';
import { IS_HELD_OF_MANY } from './holds.ts';
import { FIRST_ID } from './ids.ts';

/** What a remote system may still have: recordings it accepted, or may have, and was not yet seen to delete. */
export interface ConnectionRemains {
  readonly recordings: number;
  /** Of those, how many a hold keeps. */
  readonly held: number;
}

/** That a recording was deleted there, as a receipt `x` says. */
const IS_DELETION = "x.operation = 'delete-recording' and x.outcome = 'done'";

/** Whether a recording was deleted there at a time that a condition on the receipt `x` tells. */
const wasDeleted = (recordingId: string, when: string): string => `
  exists (select from receipt x
           where x.subject_id = ${recordingId} and x.connection_id = $1 and x.recording_id is not null
             and ${IS_DELETION} and ${when})`;

/** Of those behind $2, the recordings that receipts say it may have: the last word of each counts. An index has them by id. */
const BY_RECEIPTS = `
  select r.id
    from (select distinct on (subject_id) subject_id, operation, outcome from receipt
           where connection_id = $1 and recording_id is not null and outcome in ('done', 'unknown') and subject_id > $2
           order by subject_id, at desc, id desc) x
    join recording r on r.id = x.subject_id and r.id > $2
   where not (${IS_DELETION})`;

/**
 * Of those behind $2, what was sent and called off before anybody knew what became of it: that has no receipt. A deletion that
 * was confirmed afterwards ends that.
 */
const IN_DOUBT = `
  select distinct r.id from delivery d join recording r on r.id = d.subject_id
   where d.connection_id = $1 and d.doubtful and d.subject_type = 'recording' and d.subject_id > $2
     and not ${wasDeleted('d.subject_id', 'x.at >= greatest(d.settled_at, d.failed_at, d.queued_at)')}`;

/** Counts what a connection's remote system may still have. */
export async function countRemains(tx: Tx, connectionId: string): Promise<ConnectionRemains> {
  const { rows } = await tx.query<ConnectionRemains>(
    `with there as materialized (${BY_RECEIPTS} union ${IN_DOUBT})
     select (select count(*) from there)::int as recordings,
            (select count(*) from there join recording r on r.id = there.id where ${IS_HELD_OF_MANY})::int as held`,
    [connectionId, FIRST_ID],
  );
  return rows[0] ?? { recordings: 0, held: 0 };
}

/** A page of the recordings that a connection's remote system may still have, after one id, by id. */
export async function listRemains(
  tx: Tx,
  connectionId: string,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `(${BY_RECEIPTS} order by id limit $3) union (${IN_DOUBT} order by id limit $3) order by id limit $3`,
    [connectionId, after ?? FIRST_ID, limit],
  );
  return rows.map(({ id }) => id);
}

/** Of the newest receipts that are no deletion, one that no deletion followed. */
const NEWEST = `
  select from (select * from receipt x
                where connection_id = $1 and recording_id is not null and outcome in ('done', 'unknown')
                  and not (${IS_DELETION})
                order by at desc limit 1000) y
   where exists (select from recording r where r.id = y.subject_id)
     and not ${wasDeleted('y.subject_id', '(x.at, x.id) > (y.at, y.id)')}`;

/**
 * Whether a connection's remote system has anything, or is just being told something, that would have to be deleted there.
 * Asked after each deletion, so the first that is found is enough: the oldest go first, and mostly one of the newest is there.
 */
async function isOwedTo(tx: Tx, connectionId: string): Promise<boolean> {
  const { rows } = await tx.query<{ open: boolean }>(
    `select exists (select from delivery_lease where connection_id = $1)
         or exists (select from delivery where connection_id = $1 and state = 'queued' and withdraws)
         or exists (${IN_DOUBT}) or exists (${NEWEST}) or exists (${BY_RECEIPTS}) as open`,
    [connectionId, FIRST_ID],
  );
  return rows[0]?.open === true;
}

/** Takes some of what a removed connection was still to be told out of its queue, and answers how much. */
export async function emptyQueuePage(
  tx: Tx,
  connectionId: string,
  now: Date,
  limit: number,
): Promise<number> {
  const { rowCount } = await tx.query(
    `update delivery set state = 'rejected', settled_at = $2
      where id in (select id from delivery where connection_id = $1 and state = 'queued' and not withdraws
                      and id not in ${leasedIds('l.connection_id = $1')}
                    order by id limit $3 for update)`,
    [connectionId, now, limit],
  );
  return rowCount ?? 0;
}

/**
 * Ends the back-fill of a removed connection, and answers which recordings it is being told of at this moment, and so may have
 * though nothing says so yet. Nobody may claim meanwhile: the caller has the connection locked (`lockConnection`).
 */
export async function endSending(tx: Tx, connectionId: string, now: Date): Promise<string[]> {
  await tx.query(
    `update delivery_backfill set state = 'cancelled', ended_at = $2
      where connection_id = $1 and state in ('running', 'paused')`,
    [connectionId, now],
  );
  const { rows } = await tx.query<{ id: string }>(
    `select subject_id as id from delivery
      where id in ${leasedIds('l.connection_id = $1')} and subject_type = 'recording'
      order by subject_id`,
    [connectionId],
  );
  return rows.map(({ id }) => id);
}

/**
 * Destroys the credential of a removed connection once the remote system has nothing any more that it would have to be asked to
 * delete. Answers whether it did; does nothing of any other connection.
 */
export async function forgetRemovedCredential(tx: Tx, connectionId: string): Promise<boolean> {
  const { rows } = await tx.query(
    `select from connection where id = $1 and state = 'removed' and credential is not null for update`,
    [connectionId],
  );
  if (rows.length === 0 || (await isOwedTo(tx, connectionId))) return false;
  await tx.query('update connection set credential = null, credential_kind = null where id = $1', [
    connectionId,
  ]);
  return true;
}
