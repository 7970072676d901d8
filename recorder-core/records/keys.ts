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

/** Adds a key-encryption key; does nothing when it is there already. */
export async function insertKek(tx: Tx, tenantId: string, kek: StoredKek): Promise<void> {
  await tx.query(
    `insert into key_encryption_key (tenant_id, id, region, period, retention_class, provider, root_key_id, wrapped)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [tenantId, kek.id, kek.region, kek.period, kek.retentionClass, kek.provider, kek.rootKeyId, kek.wrapped],
  );
}

const KEK_COLUMNS = `k.id, k.region, k.period, k.retention_class as "retentionClass", k.provider,
  k.root_key_id as "rootKeyId", k.wrapped`;

/** A part's data key with the key that wraps it; undefined once the data key was destroyed. */
export async function readDataKey(
  tx: Tx,
  partId: string,
): Promise<{ wrapped: Buffer; kek: StoredKek } | undefined> {
  const { rows } = await tx.query<StoredKek & { dataKey: Buffer }>(
    `select d.wrapped as "dataKey", ${KEK_COLUMNS}
       from data_key d join key_encryption_key k on k.tenant_id = d.tenant_id and k.id = d.kek_id
      where d.part_id = $1`,
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

/** Destroys every data key of a recording and marks its parts; the ciphertexts can never be read again. */
export async function destroyDataKeys(tx: Tx, recordingId: string, now: string): Promise<string[]> {
  const { rows } = await tx.query<{ part_id: string }>(
    `delete from data_key d using part p
      where p.tenant_id = d.tenant_id and p.id = d.part_id and p.recording_id = $1 returning d.part_id`,
    [recordingId],
  );
  await tx.query('update part set destroyed_at = $2 where recording_id = $1 and destroyed_at is null', [
    recordingId,
    now,
  ]);
  return rows.map((row) => row.part_id);
}
