import type { Tx } from './database.ts';

/** Dead letters of one connection with one cause. */
export interface DeadLetterGroup {
  readonly connectionId: string;
  readonly connection: string;
  readonly fingerprint: string;
  readonly operation: string;
  readonly errorClass: string;
  readonly errorCode: string | null;
  readonly errorField: string | null;
  /** Of the newest of them. */
  readonly errorTitle: string;
  /** What a person can do about it; null where it failed before that was kept. */
  readonly errorFix: string | null;
  readonly count: number;
  /** When the first and the last of them failed, RFC 3339. */
  readonly firstAt: string;
  readonly lastAt: string;
  /** The newest of them, as an example. */
  readonly sampleId: string;
}

/** Dead letters by their cause, the largest groups first; of one connection, or of all. */
export async function listDeadLetterGroups(
  tx: Tx,
  connectionId: string | null,
  limit: number,
): Promise<DeadLetterGroup[]> {
  const { rows } = await tx.query<
    Omit<DeadLetterGroup, 'firstAt' | 'lastAt'> & { readonly firstAt: Date; readonly lastAt: Date }
  >(
    `select g.*, c.name as connection, s.operation, s.error_class as "errorClass", s.error_code as "errorCode",
            s.error_field as "errorField", s.error_title as "errorTitle", s.error_fix as "errorFix"
       from (select connection_id as "connectionId", fingerprint, count(*) as count, min(first_failed_at) as "firstAt",
                    max(failed_at) as "lastAt", (array_agg(id order by failed_at desc, id desc))[1] as "sampleId"
               from delivery where state = 'dead' and ($1::uuid is null or connection_id = $1)
              group by connection_id, fingerprint) g
       join connection c on c.id = g."connectionId"
       join delivery s on s.id = g."sampleId"
      order by g.count desc, g."lastAt" desc, g.fingerprint limit $2`,
    [connectionId, limit],
  );
  return rows.map((row) => ({
    ...row,
    firstAt: row.firstAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
  }));
}

/** Which dead letters are acted upon: a group, or some by their ids. */
export type DeadLetterChoice =
  { readonly connectionId: string; readonly fingerprint: string } | { readonly ids: readonly string[] };

/** Whoever moves them locks them by it, and finds the rows by their ids alone: thousands that died a moment ago are unknown to the planner. */
const CHOSEN = `d.state = 'dead' and (($1::uuid is not null and d.connection_id = $1 and d.fingerprint = $2) or d.id = any ($3::uuid[]))`;

function valuesOf(choice: DeadLetterChoice): [string | null, string | null, readonly string[]] {
  return 'ids' in choice ? [null, null, choice.ids] : [choice.connectionId, choice.fingerprint, []];
}

/** Moved by one statement at the most, so that it ends well within its time; whoever asks again goes on with the rest. */
export const MOST_MOVED = 10_000;

/** How dead letters are sent again. */
export interface Replay {
  readonly now: Date;
  /** `then`: by the version of the connection that failed; `now`: by the current one. */
  readonly version: 'then' | 'now';
  /** MOST_MOVED where left out. */
  readonly most?: number;
}

/** Of few rows, whatever else waits: a planner that knows no long queue would walk through all of it for each letter. */
const OF_SUBJECT = `select connection_id, operation, state from delivery
                     where tenant_id = d.tenant_id and subject_type = d.subject_type and subject_id = d.subject_id
                       and state <> 'done' offset 0`;

/**
 * Puts dead letters back into a queue, in one statement, the newest of them where there are more than MOST_MOVED; answers how
 * many, by connection. Of several about one subject the newest goes, and none where a newer delivery waits already: what is sent
 * is the newest state anyhow. A back-fill that one came from has no say in it any more.
 */
export async function replayDeadLetters(
  tx: Tx,
  choice: DeadLetterChoice,
  { now, version, most = MOST_MOVED }: Replay,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await tx.query<{ connection: string; count: number }>(
    `with chosen as (
       select d.id, row_number() over (partition by d.connection_id, d.operation, d.subject_type, d.subject_id
                                       order by d.queued_at desc, d.id desc) = 1
                    and not exists (select from (${OF_SUBJECT}) o
                                     where o.connection_id = d.connection_id and o.operation = d.operation
                                       and o.state = 'queued') as goes
         from (select * from delivery d where ${CHOSEN} order by d.queued_at desc, d.id desc limit $6 for update) d),
     moved as (
       update delivery d
          set state = case when c.goes then 'queued' else 'superseded' end,
              lane = case when c.goes then 'replay' else d.lane end,
              backfill_id = case when c.goes then null else d.backfill_id end,
              settled_at = case when c.goes then null else $4::timestamptz end,
              due_at = $4, most = case when crashes > 0 then 1 end, faults = 0, crashes = 0, first_failed_at = null,
              connection_version = case when $5 then d.connection_version end,
              corrections = case when c.goes then d.corrections end
         from chosen c where d.id = c.id
       returning d.connection_id, c.goes)
     select connection_id as connection, count(*) as count from moved where goes group by 1`,
    [...valuesOf(choice), now.toISOString(), version === 'then', most],
  );
  return new Map(rows.map(({ connection, count }) => [connection, count]));
}

/** Gives dead letters up, in one statement, the oldest MOST_MOVED of them; answers how many, by connection. */
export async function discardDeadLetters(
  tx: Tx,
  choice: DeadLetterChoice,
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await tx.query<{ connection: string; count: number }>(
    `with moved as (
       update delivery x set state = 'discarded', settled_at = $4, corrections = null
        where x.id = any (array(select d.id from delivery d where ${CHOSEN} order by d.id limit $5 for update))
       returning x.connection_id)
     select connection_id as connection, count(*) as count from moved group by 1`,
    [...valuesOf(choice), now.toISOString(), MOST_MOVED],
  );
  return new Map(rows.map(({ connection, count }) => [connection, count]));
}

/** The ids of dead letters that are chosen, the oldest first, up to `limit`. */
export async function listDeadLetterIds(tx: Tx, choice: DeadLetterChoice, limit: number): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select d.id from delivery d where ${CHOSEN} order by d.id limit $4`,
    [...valuesOf(choice), limit],
  );
  return rows.map(({ id }) => id);
}

/** Forgets what people set by hand for deliveries about a recording: it may say who spoke. */
export async function forgetCorrections(tx: Tx, recordingId: string): Promise<void> {
  await tx.query(
    `update delivery set corrections = null
      where subject_type = 'recording' and subject_id = $1 and state <> 'done' and corrections is not null`,
    [recordingId],
  );
}

/** Sets mapped fields of one dead letter by hand; they hold until that delivery is over. Answers false where it is not dead. */
export async function correctDeadLetter(
  tx: Tx,
  id: string,
  corrections: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    "update delivery set corrections = $2 where id = $1 and state = 'dead'",
    [id, JSON.stringify(corrections)],
  );
  return rowCount === 1;
}
