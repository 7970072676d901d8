import { arrayText } from './array-text.ts';
import type { Tx } from './database.ts';
import { IS_HELD, passHoldGate } from './holds.ts';
import {
  readRetained,
  storeRetention,
  type RetainedRecording,
  type StoredRetention,
} from './recording-retention.ts';

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
export type DueRecording = RetainedRecording & DueCursor;

/** A page of due recordings; `full` where there may be more, behind `last`. */
export interface DuePage {
  readonly due: readonly DueRecording[];
  readonly full: boolean;
  readonly last: DueCursor | undefined;
}

/**
 * Locks the dates of due recordings, the oldest first; held ones stay, and what somebody else has is skipped. Whoever
 * destroys, holds or changes what the policy looks at has that lock too (`lockRecording`, `lockForHold`). The recordings
 * themselves are not locked, because most of them stay and only their dates are written: see `lockLoose`.
 */
export async function lockDue(tx: Tx, query: DueQuery): Promise<DuePage> {
  await passHoldGate(tx);
  const { found, ...page } = await findDue(tx, query, await whichGo(tx));
  if (found.length === 0) return { ...page, due: [] };
  const { rows } = await tx.query<{ id: string }>({
    name: 'lock-due',
    text: `select k.recording_id as id from unnest($2::uuid[]) as asked (id)
             join recording_retention k on k.recording_id = asked.id where k.due_at <= $1 for update of k skip locked`,
    values: [query.asOf, arrayText(found.map(({ id }) => id))],
  });
  const locked = new Set(rows.map(({ id }) => id));
  // In a statement of its own: what changed before the locks were had is seen.
  return {
    ...page,
    due: await readDue(
      tx,
      found.filter(({ id }) => locked.has(id)),
    ),
  };
}

/** The same without locks, held ones too where asked for: a look at what would happen. */
export async function listDue(tx: Tx, query: DueQuery & { readonly heldToo: boolean }): Promise<DuePage> {
  const { found, ...page } = await findDue(tx, query, query.heldToo ? 'any' : await whichGo(tx));
  return { ...page, due: await readDue(tx, found) };
}

async function readDue(tx: Tx, found: readonly DueCursor[]): Promise<DueRecording[]> {
  if (found.length === 0) return [];
  const byId = await readRetained(
    tx,
    found.map(({ id }) => id),
  );
  return found.flatMap(({ id, dueAt }) => {
    const row = byId.get(id);
    return row === undefined ? [] : [{ ...row, dueAt }];
  });
}

/**
 * Locks those of a page that are to be changed themselves, and answers which of them were to be had: nobody is waited for,
 * and what is left is due as before.
 */
export async function lockLoose(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await tx.query<{ id: string }>({
    name: 'lock-loose',
    text: `select r.id from unnest($1::uuid[]) as asked (id) join recording r on r.id = asked.id
            where r.state = 'retained' for update of r skip locked`,
    values: [arrayText(ids)],
  });
  return new Set(rows.map(({ id }) => id));
}

/** Where no hold is in force the index alone tells what is due, and no row is looked at for it. */
async function whichGo(tx: Tx): Promise<'free' | 'any'> {
  const { rowCount } = await tx.query('select from hold where ended_at is null limit 1');
  return rowCount === 0 ? 'any' : 'free';
}

const IS_FREE = `exists (
  select from recording r where r.tenant_id = k.tenant_id and r.id = k.recording_id and not ${IS_HELD})`;

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
  const behind = after === undefined ? '' : 'and (k.due_at, k.recording_id) > ($5::timestamptz, $6::uuid)';
  const ofEach = shards.length === 1 ? limit : Math.ceil((1.2 * limit) / shards.length) + 8;
  const { rows } = await tx.query<DueCursor & { readonly cut: boolean }>({
    name: `find-due-${which}${after === undefined ? '' : '-behind'}`,
    text: `
      with due as materialized (
        select d.* from unnest($3::smallint[]) as s (shard)
          cross join lateral (
            select k.due_at, k.recording_id as id, row_number() over (order by k.due_at, k.recording_id) as place
              from recording_retention k
             where k.shard = s.shard and k.due_at <= $1 ${behind} and ${which === 'free' ? IS_FREE : 'true'}
             order by k.due_at, k.recording_id limit $4) d),
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

/** Marks recordings that are locked in both ways as being disposed of, each with the next epoch; answers the epochs by id. */
export async function claimForDisposal(
  tx: Tx,
  claimed: readonly (StoredRetention & { readonly id: string })[],
  { now, runId }: { readonly now: string; readonly runId: string | null },
): Promise<Map<string, number>> {
  if (claimed.length === 0) return new Map();
  await storeRetention(tx, claimed, true);
  const { rows } = await tx.query<{ id: string; epoch: number }>({
    name: 'claim-for-disposal',
    text: `
      update recording r set state = 'disposing', policy_epoch = r.policy_epoch + 1, claimed_at = $2, disposal_run = $3,
             revision = r.revision + 1
        from unnest($1::uuid[]) as v (id) where r.id = v.id returning r.id, r.policy_epoch as epoch`,
    values: [arrayText(claimed.map(({ id }) => id)), now, runId],
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
