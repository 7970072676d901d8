import { decodeTombstone, type Tombstone, type TombstoneJournal } from '../vault/tombstone-journal.ts';
import type { Tx } from './database.ts';

/** A tombstone as the database keeps it. */
export interface StoredTombstone {
  readonly id: string;
  readonly recordingId: string;
  readonly policyEpoch: number;
  /** The bytes that the journal holds too. */
  readonly body: Buffer;
  readonly salt: Buffer;
  readonly destroyedAt: string | null;
}

/** A data key that a standing tombstone names, with what wraps it now, or wrapped it last. */
export interface BuriedDataKey {
  readonly partId: string;
  readonly kekId: string;
  readonly provider: string;
  readonly rootKeyId: string;
  readonly destroyedAt: string | null;
}

/**
 * Adds a tombstone with the keys it names; from the commit on nothing opens them. Under the recording's lock. A key that
 * another tombstone names already stays with that one, unless this one is replayed: it was carried out, the other not.
 */
export async function insertTombstone(
  tx: Tx,
  tombstone: Tombstone,
  stored: { readonly body: Buffer; readonly salt: Buffer; readonly replayedAt?: string },
): Promise<void> {
  await tx.query(
    `insert into tombstone (tenant_id, id, recording_id, policy_epoch, salt, body, written_at, replayed_at, parts_only)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tombstone.tenant,
      tombstone.id,
      tombstone.recording,
      tombstone.epoch,
      stored.salt,
      stored.body,
      tombstone.at,
      stored.replayedAt ?? null,
      tombstone.alone !== undefined,
    ],
  );
  const { keys } = tombstone;
  await tx.query(
    `insert into tombstone_key (tenant_id, tombstone_id, part_id, kek_id, provider, root_key_id)
     select $1, $2, * from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[])
     on conflict (tenant_id, part_id) do update set tombstone_id = excluded.tombstone_id
      where $7 and tombstone_key.destroyed_at is null`,
    [
      tombstone.tenant,
      tombstone.id,
      keys.map(({ part }) => part),
      keys.map(({ kek }) => kek),
      keys.map(({ provider }) => provider),
      keys.map(({ root }) => root),
      stored.replayedAt !== undefined,
    ],
  );
}

/** The tombstone that stands for a whole recording, if one does. */
export function readTombstone(tx: Tx, recordingId: string): Promise<StoredTombstone | undefined> {
  return findStanding(tx, 'recording_id = $1 and not parts_only', recordingId);
}

/** A tombstone by its id, while it stands. */
export function readStandingTombstone(tx: Tx, id: string): Promise<StoredTombstone | undefined> {
  return findStanding(tx, 'id = $1', id);
}

async function findStanding(tx: Tx, which: string, value: string): Promise<StoredTombstone | undefined> {
  const { rows } = await tx.query<Omit<StoredTombstone, 'destroyedAt'> & { destroyedAt: Date | null }>(
    `select id, recording_id as "recordingId", policy_epoch as "policyEpoch", body, salt, destroyed_at as "destroyedAt"
       from tombstone where ${which} and withdrawn_at is null`,
    [value],
  );
  const row = rows[0];
  return row && { ...row, destroyedAt: row.destroyedAt?.toISOString() ?? null };
}

/** What has become of the sound that a tombstone of parts names, also one that was taken back; `unknown` where there never was any here. */
export async function soundOf(tx: Tx, tombstoneId: string): Promise<'left' | 'gone' | 'unknown'> {
  const { rows } = await tx.query<{ body: Buffer }>('select body from tombstone where id = $1', [
    tombstoneId,
  ]);
  const partIds = rows[0] === undefined ? [] : (decodeTombstone(rows[0].body).alone?.parts ?? []);
  const { rows: media } = await tx.query<{ left: boolean }>(
    "select destroyed_at is null as left from part where id = any ($1) and kind = 'media'",
    [partIds],
  );
  if (media.length === 0) return 'unknown';
  return media.some(({ left }) => left) ? 'left' : 'gone';
}

/** The keys that a tombstone names. */
export function readBuriedKeys(tx: Tx, tombstoneId: string): Promise<BuriedDataKey[]> {
  return findBuried(tx, 'k.tombstone_id = $1', tombstoneId);
}

/** The keys that any standing tombstone of a recording names, also those of parts that went before it. */
export function readBuriedKeysOf(tx: Tx, recordingId: string): Promise<BuriedDataKey[]> {
  return findBuried(tx, 't.recording_id = $1 and t.withdrawn_at is null', recordingId);
}

async function findBuried(tx: Tx, which: string, value: string): Promise<BuriedDataKey[]> {
  const { rows } = await tx.query<Omit<BuriedDataKey, 'destroyedAt'> & { destroyedAt: Date | null }>(
    `select k.part_id as "partId", k.kek_id as "kekId", k.provider, k.root_key_id as "rootKeyId",
            k.destroyed_at as "destroyedAt"
       from tombstone_key k join tombstone t on t.tenant_id = k.tenant_id and t.id = k.tombstone_id
      where ${which} order by k.part_id`,
    [value],
  );
  return rows.map((row) => ({ ...row, destroyedAt: row.destroyedAt?.toISOString() ?? null }));
}

/** How many objects of the journal are written at once. */
const JOURNAL_WRITES = 32;

/**
 * Takes back the tombstones of recordings whose keys still stand, in the journal first, so that no restore carries them
 * out; answers how many. Call it under the recordings' locks, which the destruction takes too.
 */
export async function withdrawTombstones(
  tx: Tx,
  journal: TombstoneJournal,
  recordingIds: readonly string[],
  at: string,
): Promise<number> {
  const { rows } = await tx.query<{ id: string; body: Buffer }>(
    `select id, body from tombstone
      where recording_id = any ($1) and withdrawn_at is null and destroyed_at is null order by id for update`,
    [recordingIds],
  );
  // Several at a time: a hold by query may find a whole sweep on its way, and is to be in force within seconds.
  for (let from = 0; from < rows.length; from += JOURNAL_WRITES)
    await Promise.all(
      rows.slice(from, from + JOURNAL_WRITES).map(({ body }) => journal.withdraw(decodeTombstone(body))),
    );
  const ids = rows.map(({ id }) => id);
  await tx.query('update tombstone set withdrawn_at = $2 where id = any ($1)', [ids, at]);
  await tx.query('delete from tombstone_key where tombstone_id = any ($1)', [ids]);
  return ids.length;
}

/** Whether a tombstone stands for any of these parts, carried out or not. */
export async function isAnyBuried(tx: Tx, partIds: readonly string[]): Promise<boolean> {
  const { rowCount } = await tx.query('select from tombstone_key where part_id = any ($1) limit 1', [
    partIds,
  ]);
  return rowCount === 1;
}

/** Of these tombstones, the ids that the database does not know, standing or withdrawn. */
export async function unknownTombstones(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await tx.query<{ id: string }>(
    'select t.id from unnest($1::uuid[]) as t (id) where not exists (select from tombstone s where s.id = t.id)',
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Data keys that are there although a tombstone says that they were destroyed. Zero, or the database was tampered with. */
export async function countRisenKeys(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `select count(*)::int as count from data_key d
       join tombstone_key k on k.tenant_id = d.tenant_id and k.part_id = d.part_id where k.destroyed_at is not null`,
  );
  return rows[0]?.count ?? 0;
}

/** Whether destroyed data keys were wrapped under this root last. */
export async function isRootOfTombstones(tx: Tx, provider: string, root: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select from tombstone_key where provider = $1 and root_key_id = $2 and destroyed_at is not null limit 1',
    [provider, root],
  );
  return rowCount === 1;
}
