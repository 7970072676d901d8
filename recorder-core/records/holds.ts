import { HOLD_QUERY_LISTS, type HoldQuery } from '../policy/hold-query.ts';
import type { Tx } from './database.ts';
import { lockRetention } from './recording-retention.ts';

/** Why a hold was placed; all of them bind alike. */
export type HoldKind = 'legal' | 'authority' | 'incident';

/** A hold of a matter, on named recordings, on what a query reaches, or on both; in force while `releasedAt` is null. */
export interface Hold {
  readonly id: string;
  readonly matterId: string;
  /** Name of the matter. */
  readonly matter: string;
  readonly kind: HoldKind;
  readonly reason: string;
  /** The person, the connection, or Holdfast itself. */
  readonly placedBy: string;
  readonly placedAt: string;
  readonly releasedBy: string | null;
  readonly releasedAt: string | null;
  /** Since when not even the grace of its release protects; null before. */
  readonly endedAt: string | null;
  readonly recordingIds: readonly string[];
  readonly query: HoldQuery | null;
}

/** What a hold is made of. `placedBy` is the id of a person, null where a connection or Holdfast itself placed it. */
export interface NewHold {
  readonly id: string;
  readonly matterId: string;
  readonly kind: HoldKind;
  readonly reason: string;
  readonly placedBy: string | null;
  readonly placedThrough: string | null;
  readonly placedAt: string;
  readonly recordingIds: readonly string[];
  readonly query: HoldQuery | null;
}

/** A hold as far as the retention policy looks at it. */
export interface HoldOnRecording {
  readonly id: string;
  readonly kind: HoldKind;
  readonly releasedAt: string | null;
}

/** SQL: whether the recording `r` is held. The one spelling of it for every claim and list. */
export const IS_HELD = 'exists (select from holds_on(r, false) x where x.released_at is null)';

/** SQL: the same for thousands at once: each is asked only where the tenant has a hold at all. */
export const IS_HELD_OF_MANY = `(exists (select from hold h where h.released_at is null) and ${IS_HELD})`;

interface HoldRow extends Omit<Hold, 'placedAt' | 'releasedAt' | 'endedAt' | 'query'> {
  readonly placedAt: Date;
  readonly releasedAt: Date | null;
  readonly endedAt: Date | null;
  readonly query: HoldQuery | null;
}

const COLUMNS = `
  h.id, h.matter_id as "matterId", h.matter, h.kind, h.reason,
  coalesce(p.name, h.placed_by::text, c.name, 'Holdfast') as "placedBy", h.placed_at as "placedAt",
  case when h.released_at is not null then coalesce(l.name, h.released_by::text, c.name, 'Holdfast') end as "releasedBy",
  h.released_at as "releasedAt", h.ended_at as "endedAt",
  array(select i.recording_id from hold_item i where i.tenant_id = h.tenant_id and i.hold_id = h.id
         order by i.recording_id) as "recordingIds",
  case when q.hold_id is not null then jsonb_build_object(
    'from', q.from_at, 'to', q.to_at, 'addresses', q.addresses, 'names', q.names, 'classes', q.classes,
    'regions', q.regions, 'callIds', q.call_ids, 'sources', q.sources, 'words', q.words) end as query`;
const FROM = `
  from hold h
  left join hold_query q on q.tenant_id = h.tenant_id and q.hold_id = h.id
  left join app_user p on p.tenant_id = h.tenant_id and p.id = h.placed_by
  left join app_user l on l.tenant_id = h.tenant_id and l.id = h.released_by
  left join connection c on c.tenant_id = h.tenant_id and c.id = h.placed_through`;

function fromRow(row: HoldRow): Hold {
  return {
    ...row,
    placedAt: row.placedAt.toISOString(),
    releasedAt: row.releasedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    query: row.query && { ...row.query, from: instant(row.query.from), to: instant(row.query.to) },
  };
}

function instant(text: string | null): string | null {
  return text === null ? null : new Date(text).toISOString();
}

/** Adds a hold with what it reaches; in force from the commit on. The caller has locked what it names (`placeHold`). */
export async function insertHold(tx: Tx, tenantId: string, hold: NewHold): Promise<void> {
  const { id, query } = hold;
  await tx.query(
    `insert into hold (tenant_id, id, matter_id, kind, reason, placed_by, placed_through, placed_at, by_query)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tenantId,
      id,
      hold.matterId,
      hold.kind,
      hold.reason,
      hold.placedBy,
      hold.placedThrough,
      hold.placedAt,
      query !== null,
    ],
  );
  await tx.query(
    'insert into hold_item (tenant_id, hold_id, recording_id) select $1, $2, unnest($3::uuid[]) on conflict do nothing',
    [tenantId, id, hold.recordingIds],
  );
  if (query === null) return;
  await tx.query('insert into hold_query select * from jsonb_populate_record(null::hold_query, $1)', [
    { ...queryRow(query), tenant_id: tenantId, hold_id: id },
  ]);
}

/** A query as a row of `hold_query`, without its keys. */
export function queryRow(query: HoldQuery): Readonly<Record<string, unknown>> {
  const columns = HOLD_QUERY_LISTS.map((name) => [name === 'callIds' ? 'call_ids' : name, query[name]]);
  return { ...Object.fromEntries(columns), from_at: query.from, to_at: query.to };
}

/** One hold, or undefined. */
export async function readHold(tx: Tx, id: string): Promise<Hold | undefined> {
  const { rows } = await tx.query<HoldRow>(`select ${COLUMNS} ${FROM} where h.id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** The list of all holds shows the newest; of one recording or matter every hold counts. */
const LIST_LIMIT = 500;

/** Holds, newest first; of one recording, by item and by query, or of one matter, where such is named. */
export async function listHolds(
  tx: Tx,
  of: { readonly recordingId?: string | undefined; readonly matterId?: string | undefined } = {},
): Promise<Hold[]> {
  const { recordingId, matterId } = of;
  const { rows } = await tx.query<HoldRow>(
    `select ${COLUMNS} ${FROM}
      where ($1::uuid is null or h.id in (select x.hold_id from recording r, holds_on(r, true) x where r.id = $1))
        and ($2::uuid is null or h.matter_id = $2)
      order by h.placed_at desc, h.id desc limit $3`,
    [
      recordingId ?? null,
      matterId ?? null,
      recordingId === undefined && matterId === undefined ? LIST_LIMIT : null,
    ],
  );
  return rows.map(fromRow);
}

/**
 * The holds on each of the recordings, by item and by query, that stand or whose release may still be in its grace: all
 * that the retention policy has to know. A recording without any is not in the answer.
 */
export async function holdsOnRecordings(
  tx: Tx,
  recordingIds: readonly string[],
): Promise<Map<string, HoldOnRecording[]>> {
  const { rows } = await tx.query<{
    recordingId: string;
    id: string;
    kind: HoldKind;
    releasedAt: Date | null;
  }>({
    name: 'holds-on-recordings',
    text: `
      select distinct r.id as "recordingId", h.id, h.kind, h.released_at as "releasedAt"
        from unnest($1::uuid[]) as asked (id)
        join recording r on r.id = asked.id
        cross join lateral holds_on(r, false) x
        join hold h on h.tenant_id = r.tenant_id and h.id = x.hold_id
       order by h.id`,
    values: [recordingIds],
  });
  const found = new Map<string, HoldOnRecording[]>();
  for (const { recordingId, id, kind, releasedAt } of rows) {
    const of = found.get(recordingId) ?? [];
    of.push({ id, kind, releasedAt: releasedAt?.toISOString() ?? null });
    found.set(recordingId, of);
  }
  return found;
}

/** Ends a hold; answers false when it had ended before. `by` is null where no person did. */
export async function endHold(
  tx: Tx,
  id: string,
  by: string | null,
  at: string,
  reason: string,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update hold set released_by = $2, released_at = $3, release_reason = $4 where id = $1 and released_at is null',
    [id, by, at, reason],
  );
  return rowCount === 1;
}

/** Puts a released hold in force again; false where its grace is over, or it never was released. */
export async function restoreHold(tx: Tx, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update hold set released_by = null, released_at = null, release_reason = null
      where id = $1 and released_at is not null and ended_at is null`,
    [id],
  );
  return rowCount === 1;
}

/** Notes of released holds that their grace is over: from here on no decision looks at them. */
export async function finishHolds(tx: Tx, ids: readonly string[], at: string): Promise<void> {
  await tx.query(
    'update hold set ended_at = $2 where id = any ($1) and released_at is not null and ended_at is null',
    [ids, at],
  );
}

/**
 * Locks the recordings that a hold is about to name, in one order so that two
 * holds never deadlock. Answers those that exist, and whether nothing of them is
 * left; what is left of one that lost single parts can be held. Asked in a second statement: while the first waits for
 * its locks, a destruction may end, and only a new statement sees what it did.
 */
export async function lockForHold(
  tx: Tx,
  recordingIds: readonly string[],
): Promise<{ id: string; destroyed: boolean }[]> {
  await lockRetention(tx, recordingIds); // a sweep that decides about them is waited for
  await tx.query('select from recording where id = any ($1) order by id for update', [recordingIds]);
  const { rows } = await tx.query<{ id: string; destroyed: boolean }>(
    `select id, exists (select from part p where p.tenant_id = r.tenant_id and p.recording_id = r.id
                           and p.destroyed_at is not null)
                and not exists (select from part p where p.tenant_id = r.tenant_id and p.recording_id = r.id
                                   and p.destroyed_at is null) as destroyed
       from recording r where id = any ($1) order by id`,
    [recordingIds],
  );
  return rows;
}

/** Goes through the tenant's gate before anything is destroyed; see `closeHoldGate`. Always before a recording's lock. */
export async function passHoldGate(tx: Tx): Promise<void> {
  await tx.query('select pass_hold_gate(current_tenant())');
}

/**
 * Keeps everyone of the tenant from destroying anything until the transaction ends, and waits for whoever is at it: a
 * hold by query names no rows that it could lock, and must not pass a destruction unseen.
 */
export async function closeHoldGate(tx: Tx): Promise<void> {
  await tx.query('select close_hold_gate(current_tenant())');
}

/**
 * Recordings that a hold by query reaches and that are on their way out, their keys still there; after `closeHoldGate`. There
 * may be a hundred thousand on their way, and nobody claims or destroys meanwhile: so keys are looked for only of what is
 * reached, and of all of it at once. As `is_shredded` of migration 0019 says it of one row.
 */
export async function lockReachedInDisposal(tx: Tx, holdId: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `with reached as materialized (
       select r.tenant_id, r.id from recording r, hold_query q, query_reaches(q, r)
        where r.state = 'disposing' and q.tenant_id = r.tenant_id and q.hold_id = $1)
     select id from reached
      where exists (select from part p join data_key d on d.tenant_id = p.tenant_id and d.part_id = p.id
                     where p.tenant_id = reached.tenant_id and p.recording_id = reached.id)
      order by id`,
    [holdId],
  );
  const ids = rows.map(({ id }) => id);
  await tx.query('select from recording where id = any ($1) order by id for update', [ids]);
  return ids;
}
