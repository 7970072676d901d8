import type { RestrictionGround } from '../policy/restriction.ts';
import type { Tx } from './database.ts';
import { IS_HELD, passHoldGate } from './holds.ts';
import type { Explanation } from './recordings.ts';
import type { RecordingFacts } from './retention-facts.ts';

/** Into how many shards a tenant's recordings are divided, by the last bits of their ids; see migration 0022. */
export const SHARDS = 16;
const EVERY_SHARD = Array.from({ length: SHARDS }, (_, shard) => shard);

/** Where a page ended: the next one begins behind it, and not at what was dealt with before. */
export interface DueCursor {
  /** As the database writes it, to the microsecond. */
  readonly dueAt: string;
  readonly id: string;
}

/** Which due recordings. */
export interface DueQuery {
  /** RFC 3339: nothing that falls due later. */
  readonly asOf: string;
  /** At most so many. */
  readonly limit: number;
  /** Of these shards; of every one where left out. */
  readonly shards?: readonly number[] | undefined;
  readonly after?: DueCursor | undefined;
}

/** A due recording, with what the policy looks at and no more of its row. */
export interface DueRecording extends RecordingFacts, DueCursor {
  readonly restriction: readonly RestrictionGround[] | null;
}

/** A page of due recordings; `full` where there may be more, behind `last`. */
export interface DuePage {
  readonly due: readonly DueRecording[];
  readonly full: boolean;
  readonly last: DueCursor | undefined;
}

/** Locks due recordings, the oldest first; held ones stay, and what somebody else has is skipped. */
export async function lockDue(tx: Tx, query: DueQuery): Promise<DuePage> {
  await passHoldGate(tx);
  const { found, ...page } = await findDue(tx, query, await whichGo(tx));
  return { ...page, due: await readRows(tx, query, found, 'for update of r skip locked') };
}

/** The same without locks, held ones too where asked for: a look at what would happen. */
export async function listDue(tx: Tx, query: DueQuery & { readonly heldToo: boolean }): Promise<DuePage> {
  const { found, ...page } = await findDue(tx, query, query.heldToo ? 'any' : await whichGo(tx));
  return { ...page, due: await readRows(tx, query, found, '') };
}

/** Where no hold is in force the index alone tells what is due, and no row is looked at for it. */
async function whichGo(tx: Tx): Promise<'free' | 'any'> {
  const { rowCount } = await tx.query('select from hold where ended_at is null limit 1');
  return rowCount === 0 ? 'any' : 'free';
}

type FoundPage = Omit<DuePage, 'due'> & { readonly found: readonly DueCursor[] };

/**
 * The oldest of some shards. Each gives what its part of a page should be and some more; where one has given all that, it may
 * have older ones than the others' last, so the page ends with the first such end.
 */
async function findDue(
  tx: Tx,
  { asOf, limit, shards = EVERY_SHARD, after }: DueQuery,
  which: 'free' | 'any',
): Promise<FoundPage> {
  const behind = after === undefined ? '' : 'and (r.due_at, r.id) > ($5::timestamptz, $6::uuid)';
  const ofEach = shards.length === 1 ? limit : Math.ceil((1.2 * limit) / shards.length) + 8;
  const { rows } = await tx.query<DueCursor & { readonly cut: boolean }>({
    name: `find-due-${which}${after === undefined ? '' : '-behind'}`,
    text: `
      with due as materialized (
        select d.* from unnest($3::smallint[]) as s (shard)
          cross join lateral (
            select r.due_at, r.id, row_number() over (order by r.due_at, r.id) as place from recording r
             where r.state = 'retained' and r.shard = s.shard and r.due_at <= $1 ${behind}
               and ${which === 'free' ? `not ${IS_HELD}` : 'true'}
             order by r.due_at, r.id limit $4) d),
      cut as (select due_at, id from due where place = $4 order by due_at, id limit 1)
      select due.due_at::text as "dueAt", due.id, cut.id is not null as cut from due left join cut on true
       where cut.id is null or (due.due_at, due.id) <= (cut.due_at, cut.id)
       order by due.due_at, due.id limit $2`,
    values: [asOf, limit, shards, ofEach, ...(after === undefined ? [] : [after.dueAt, after.id])],
  });
  const last = rows.at(-1);
  return {
    found: rows,
    full: rows.length >= limit || last?.cut === true,
    last: last && { dueAt: last.dueAt, id: last.id },
  };
}

/**
 * In a statement of its own: what changed before the lock was had is seen. Joined by id, and not compared with a list of ids,
 * so that each is looked for in the partition of its month alone.
 */
async function readRows(
  tx: Tx,
  { asOf }: DueQuery,
  found: readonly DueCursor[],
  lock: string,
): Promise<DueRecording[]> {
  if (found.length === 0) return [];
  const { rows } = await tx.query<
    Omit<DueRecording, 'dueAt' | 'endedAt' | 'retainUntil' | 'consent'> & {
      readonly endedAt: Date;
      readonly retainUntil: Date | null;
      readonly places: readonly string[] | null;
    }
  >({
    name: lock === '' ? 'read-due' : 'lock-due',
    text: `
      select r.id, r.ended_at as "endedAt", r.retention_class as "retentionClass",
             r.further_classes as "furtherClasses", r.consent -> 'places' as places,
             case when r.retention ? 'keptFor'
               then jsonb_build_object('keptFor', r.retention -> 'keptFor', 'rules', '[]'::jsonb) else r.retention end as retention,
             r.retain_until as "retainUntil", r.restriction
        from unnest($2::uuid[]) as asked (id)
        join recording r on r.id = asked.id
       where r.state = 'retained' and r.due_at <= $1 ${lock}`,
    values: [asOf, found.map(({ id }) => id)],
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return found.flatMap(({ id, dueAt }) => {
    const row = byId.get(id);
    if (row === undefined) return [];
    const { endedAt, retentionClass, furtherClasses, places, retention, retainUntil, restriction } = row;
    return {
      id,
      dueAt,
      endedAt: endedAt.toISOString(),
      retentionClass,
      furtherClasses,
      consent: { places: places ?? undefined },
      retention,
      retainUntil: retainUntil?.toISOString() ?? null,
      restriction,
    };
  });
}

/** A decision that keeps a due recording, as it is stored with it. */
export interface KeptRecording {
  readonly id: string;
  readonly retention: Explanation;
  readonly retainUntil: string | null;
  /** When it is looked at next; null: on its date. */
  readonly decideAt: string | null;
}

/** What was decided, side by side; the open bracket takes more columns. Reasons as lines, so that each document is read once. */
const DECIDED =
  "rows from (unnest($1::uuid[]), unnest(string_to_array($2, E'\\n')), unnest($3::timestamptz[])";

function decidedValues(decided: readonly Omit<KeptRecording, 'decideAt'>[]): unknown[] {
  return [
    decided.map(({ id }) => id),
    decided.map(({ retention }) => JSON.stringify(retention)).join('\n'), // JSON has no line breaks of its own
    decided.map(({ retainUntil }) => retainUntil),
  ];
}

/** Stores decisions that keep. The recordings leave the queue of the due ones. */
export async function settleKept(tx: Tx, kept: readonly KeptRecording[]): Promise<void> {
  if (kept.length === 0) return;
  await tx.query({
    name: 'settle-kept',
    text: `
      update recording r set retention = v.retention::jsonb, retain_until = v."retainUntil", decide_at = v."decideAt",
             revision = r.revision + 1
        from ${DECIDED}, unnest($4::timestamptz[])) as v (id, retention, "retainUntil", "decideAt")
       where r.id = v.id`,
    values: [...decidedValues(kept), kept.map(({ decideAt }) => decideAt)],
  });
}

/** Marks locked recordings as being disposed of, each with the next epoch; answers the epochs by id. */
export async function claimForDisposal(
  tx: Tx,
  claimed: readonly Omit<KeptRecording, 'decideAt'>[],
  { now, runId }: { readonly now: string; readonly runId: string | null },
): Promise<Map<string, number>> {
  if (claimed.length === 0) return new Map();
  const { rows } = await tx.query<{ id: string; epoch: number }>({
    name: 'claim-for-disposal',
    text: `
      update recording r set state = 'disposing', policy_epoch = r.policy_epoch + 1, claimed_at = $4, disposal_run = $5,
             retention = v.retention::jsonb, retain_until = v."retainUntil", decide_at = null, revision = r.revision + 1
        from ${DECIDED}) as v (id, retention, "retainUntil")
       where r.id = v.id returning r.id, r.policy_epoch as epoch`,
    values: [...decidedValues(claimed), now, runId],
  });
  return new Map(rows.map(({ id, epoch }) => [id, epoch]));
}

/** A claim that brought no certificate within this time is taken up again. */
const CLAIM_LIFE = '10 minutes';

/**
 * Takes up claims that got lost because a worker died between claim and start, under their own epochs, so that a disposal
 * that does run is met and not doubled.
 */
export async function renewLostClaims(
  tx: Tx,
  now: string,
  limit: number,
): Promise<{ id: string; policyEpoch: number }[]> {
  const { rows } = await tx.query<{ id: string; policyEpoch: number }>(
    `update recording r set claimed_at = $1
      where r.id in (select l.id from recording l
                      where l.state = 'disposing' and l.claimed_at <= $1::timestamptz - $3::interval
                      order by l.claimed_at limit $2 for update skip locked)
      returning r.id, r.policy_epoch as "policyEpoch"`,
    [now, limit, CLAIM_LIFE],
  );
  return rows;
}

/** The clock of the database. */
export async function databaseClock(tx: Tx): Promise<Date> {
  const { rows } = await tx.query<{ now: Date }>('select clock_timestamp() as now');
  if (rows[0] === undefined) throw new Error('The database did not say what time it is.');
  return rows[0].now;
}
