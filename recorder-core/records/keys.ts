import { HoldfastError } from '../errors.ts';
import type { Tx } from './database.ts';

/** What a key-encryption key is for; survivors of a shredded period are re-wrapped by scope. */
export interface KekScope {
  readonly region: string;
  /** Calendar month, `YYYY-MM`. */
  readonly period: string;
  readonly retentionClass: string;
}

/** A key-encryption key as stored: wrapped by a root of the named provider. */
export interface StoredKek extends KekScope {
  readonly id: string;
  readonly provider: string;
  readonly rootKeyId: string;
  readonly wrapped: Buffer;
}

/**
 * Adds a key-encryption key; does nothing when it is there already.
 * @throws HoldfastError `key_unavailable` when its root is being destroyed, so that nothing is stored that nobody can open.
 */
export async function insertKek(tx: Tx, tenantId: string, kek: StoredKek): Promise<void> {
  const { rowCount } = await tx.query(
    `insert into key_encryption_key (tenant_id, id, region, period, retention_class, provider, root_key_id, wrapped)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [tenantId, kek.id, kek.region, kek.period, kek.retentionClass, kek.provider, kek.rootKeyId, kek.wrapped],
  );
  if (rowCount === 0) return;
  // The lock makes whoever destroys the root wait for this transaction, and see its row.
  const { rows } = await tx.query<{ ending: boolean }>(
    `select destroying_at is not null or closed_at is not null as ending
       from key_period where provider = $1 and $2 = any (old_roots) for share`,
    [kek.provider, kek.rootKeyId],
  );
  if (rows.some(({ ending }) => ending)) {
    throw new HoldfastError(
      'key_unavailable',
      `The root key ${kek.provider}:${kek.rootKeyId} is being destroyed, so nothing is stored under it any more. It is tried again with a newer key.`,
    );
  }
}

const KEK_COLUMNS = `k.id, k.region, k.period, k.retention_class as "retentionClass", k.provider,
  k.root_key_id as "rootKeyId", k.wrapped`;

/**
 * A part's data key with the key that wraps it; undefined once the data key was destroyed, and from the moment when a
 * tombstone stands for it.
 */
export async function readDataKey(
  tx: Tx,
  partId: string,
): Promise<{ wrapped: Buffer; kek: StoredKek } | undefined> {
  const { rows } = await tx.query<StoredKek & { dataKey: Buffer }>(
    `select d.wrapped as "dataKey", ${KEK_COLUMNS}
       from data_key d join key_encryption_key k on k.tenant_id = d.tenant_id and k.id = d.kek_id
      where d.part_id = $1
        and not exists (select from tombstone_key t where t.tenant_id = d.tenant_id and t.part_id = d.part_id)`,
    [partId],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  const { dataKey, ...kek } = row;
  return { wrapped: dataKey, kek };
}

/** Stores the wrapped data key of a part; does nothing when it is there already. */
export async function insertDataKey(
  tx: Tx,
  tenantId: string,
  partId: string,
  kekId: string,
  wrapped: Buffer,
): Promise<void> {
  await tx.query(
    'insert into data_key (tenant_id, part_id, kek_id, wrapped) values ($1, $2, $3, $4) on conflict do nothing',
    [tenantId, partId, kekId, wrapped],
  );
}

/** Ids of the keys that wrap a recording's data keys, by part. */
export async function readKekIds(tx: Tx, recordingId: string): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ partId: string; kekId: string }>(
    `select d.part_id as "partId", d.kek_id as "kekId" from data_key d
       join part p on p.tenant_id = d.tenant_id and p.id = d.part_id where p.recording_id = $1`,
    [recordingId],
  );
  return new Map(rows.map(({ partId, kekId }) => [partId, kekId]));
}

/** What wraps each data key of a recording, or of those parts of it that are named, down to the root. */
export async function readWrapping(
  tx: Tx,
  recordingId: string,
  partIds?: readonly string[],
): Promise<{ part: string; kek: string; provider: string; root: string }[]> {
  const { rows } = await tx.query<{ part: string; kek: string; provider: string; root: string }>(
    `select d.part_id as part, k.id as kek, k.provider, k.root_key_id as root
       from data_key d
       join part p on p.tenant_id = d.tenant_id and p.id = d.part_id
       join key_encryption_key k on k.tenant_id = d.tenant_id and k.id = d.kek_id
      where p.recording_id = $1 and ($2::uuid[] is null or p.id = any ($2)) order by d.part_id`,
    [recordingId, partIds ?? null],
  );
  return rows;
}

/**
 * Destroys every data key of a recording, or of those parts that a tombstone names alone, and marks parts and tombstone; the
 * database refuses it without a tombstone. Remembers with the tombstone under which root each was wrapped last, and marks the keys above as
 * touched: they are replaced when their period closes. Answers the parts whose keys went. Under the recording's lock.
 */
export async function destroyDataKeys(
  tx: Tx,
  recordingId: string,
  now: string,
  only?: { readonly tombstoneId: string; readonly partIds: readonly string[] },
): Promise<string[]> {
  const partIds = only?.partIds ?? null;
  // Locked first, in one order, so that no key is wrapped anew between its destruction and what is remembered of it.
  await tx.query(
    `select from key_encryption_key k
      where id in (select d.kek_id from data_key d join part p on p.tenant_id = d.tenant_id and p.id = d.part_id
                    where p.recording_id = $1 and ($2::uuid[] is null or p.id = any ($2)))
      order by id for no key update`,
    [recordingId, partIds],
  );
  const { rows } = await tx.query<{ part_id: string; kek_id: string }>(
    `delete from data_key d using part p
      where p.tenant_id = d.tenant_id and p.id = d.part_id and p.recording_id = $1
        and ($2::uuid[] is null or p.id = any ($2)) returning d.part_id, d.kek_id`,
    [recordingId, partIds],
  );
  await tx.query('update key_encryption_key set touched = true where id = any ($1) and not touched', [
    rows.map((row) => row.kek_id),
  ]);
  await tx.query(
    `update tombstone_key t set destroyed_at = $3, kek_id = k.id, provider = k.provider, root_key_id = k.root_key_id
       from unnest($1::uuid[], $2::uuid[]) as gone (part_id, kek_id)
       join key_encryption_key k on k.id = gone.kek_id
      where t.part_id = gone.part_id and k.tenant_id = t.tenant_id`,
    [rows.map((row) => row.part_id), rows.map((row) => row.kek_id), now],
  );
  await tx.query(
    `update part set destroyed_at = $2
      where recording_id = $1 and destroyed_at is null and ($3::uuid[] is null or id = any ($3))`,
    [recordingId, now, partIds],
  );
  await tx.query(
    `update tombstone set destroyed_at = $2
      where recording_id = $1 and withdrawn_at is null and destroyed_at is null and ($3::uuid is null or id = $3)`,
    [recordingId, now, only?.tombstoneId ?? null],
  );
  return rows.map((row) => row.part_id);
}
