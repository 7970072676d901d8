import type { Database, Tx } from './database.ts';
import type { ArchiveIndex, ArchiveList } from './key-archive.ts';

/** A key-encryption key as the archive has it; bytes in base64. */
export interface ArchivedKek {
  readonly id: string;
  readonly region: string;
  readonly period: string;
  readonly retentionClass: string;
  readonly provider: string;
  readonly rootKeyId: string;
  readonly wrapped: string;
}

/** A data key that came under another key in the period; bytes in base64. */
export interface ArchivedDataKey {
  readonly part: string;
  readonly kek: string;
  readonly wrapped: string;
}

/** Gives all keys of a tenant, and the data keys that were moved in a period, to `put` in lists of at most `limit`. */
export async function archiveRows(
  db: Database,
  tenantId: string,
  periodId: string,
  limit: number,
  put: (list: ArchiveList) => Promise<void>,
): Promise<Pick<ArchiveIndex, 'credentials'>> {
  for (let after: string | null = null; ;) {
    const keks: ArchivedKek[] = await db.forTenant(tenantId, (tx) => readKeks(tx, after, limit));
    if (keks.length > 0) await put({ keks, dataKeys: [] });
    if (keks.length < limit) break;
    after = keks.at(-1)?.id ?? null;
  }
  for (let after: string | null = null; ;) {
    const dataKeys: ArchivedDataKey[] = await db.forTenant(tenantId, (tx) =>
      readMoved(tx, periodId, after, limit),
    );
    if (dataKeys.length > 0) await put({ keks: [], dataKeys });
    if (dataKeys.length < limit) break;
    after = dataKeys.at(-1)?.part ?? null;
  }
  return { credentials: await db.forTenant(tenantId, readCredentials) };
}

async function readKeks(tx: Tx, after: string | null, limit: number): Promise<ArchivedKek[]> {
  const { rows } = await tx.query<ArchivedKek>(
    `select id, region, period, retention_class as "retentionClass", provider, root_key_id as "rootKeyId",
            encode(wrapped, 'base64') as wrapped
       from key_encryption_key where $1::uuid is null or id > $1 order by id limit $2`,
    [after, limit],
  );
  return rows;
}

async function readMoved(
  tx: Tx,
  periodId: string,
  after: string | null,
  limit: number,
): Promise<ArchivedDataKey[]> {
  const { rows } = await tx.query<ArchivedDataKey>(
    `select part_id as part, kek_id as kek, encode(wrapped, 'base64') as wrapped
       from data_key where moved_in = $1 and ($2::uuid is null or part_id > $2) order by part_id limit $3`,
    [periodId, after, limit],
  );
  return rows;
}

async function readCredentials(tx: Tx): Promise<{ id: string; credential: string }[]> {
  const { rows } = await tx.query<{ id: string; credential: string }>(
    `select id, encode(credential, 'base64') as credential from connection where credential is not null order by id`,
  );
  return rows;
}

/** Brings archived keys into a restored database: the newest wrapping of each key, and where data keys have moved. */
export async function restoreRows(
  tx: Tx,
  tenantId: string,
  periodId: string,
  { keks, dataKeys }: ArchiveList,
): Promise<void> {
  await tx.query(
    `insert into key_encryption_key (tenant_id, id, region, period, retention_class, provider, root_key_id, wrapped)
     select $1, k.id, k.region, k.period, k."retentionClass", k.provider, k."rootKeyId", decode(k.wrapped, 'base64')
       from jsonb_to_recordset($2::jsonb) as k (id uuid, region text, period text, "retentionClass" text, provider text,
                                               "rootKeyId" text, wrapped text)
     on conflict (tenant_id, id) do update
        set provider = excluded.provider, root_key_id = excluded.root_key_id, wrapped = excluded.wrapped`,
    [tenantId, JSON.stringify(keks)],
  );
  // Never inserted: what was destroyed since stays destroyed.
  await tx.query(
    `update data_key d set kek_id = m.kek, wrapped = decode(m.wrapped, 'base64'), moved_in = $1
       from jsonb_to_recordset($2::jsonb) as m (part uuid, kek uuid, wrapped text) where d.part_id = m.part`,
    [periodId, JSON.stringify(dataKeys)],
  );
}

/** Puts archived credentials in the place of those that a restored database has. */
export async function restoreCredentials(tx: Tx, credentials: ArchiveIndex['credentials']): Promise<void> {
  await tx.query(
    `update connection c set credential = decode(m.credential, 'base64')
       from jsonb_to_recordset($1::jsonb) as m (id uuid, credential text) where c.id = m.id`,
    [JSON.stringify(credentials)],
  );
}
