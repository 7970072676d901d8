import type { StoredKek } from './keys.ts';
import type { Tx } from './database.ts';

/** A key-encryption key that is to be wrapped anew. */
export interface OldKek extends StoredKek {
  /** A key below it was destroyed, so that it is replaced instead of wrapped anew. */
  readonly touched: boolean;
  readonly replacedBy: string | null;
}

/** A data key below a key that is being replaced, with what its context is made of. */
export interface DataKeyRow {
  readonly id: string;
  readonly recordingId: string;
  readonly version: number;
  readonly wrapped: Buffer;
}

/** A tombstone whose keys are gone was below it, or it was replaced before and came back out of a spool. */
const TOUCHED = `(k.touched
  or exists (select from tombstone_key t where t.tenant_id = k.tenant_id and t.kek_id = k.id and t.destroyed_at is not null)
  or exists (select from retired_kek r where r.tenant_id = k.tenant_id and r.id = k.id))`;

/** Keys that are wrapped under one of these roots, oldest first. */
export async function listOldKeks(
  tx: Tx,
  provider: string,
  roots: readonly string[],
  limit: number,
): Promise<OldKek[]> {
  const { rows } = await tx.query<OldKek>(
    `select k.id, k.region, k.period, k.retention_class as "retentionClass", k.provider, k.root_key_id as "rootKeyId",
            k.wrapped, ${TOUCHED} as touched, k.replaced_by as "replacedBy"
       from key_encryption_key k where k.provider = $1 and k.root_key_id = any ($2) order by k.id limit $3`,
    [provider, roots, limit],
  );
  return rows;
}

/** Puts a key under another root where it is as it was read and no key below it was destroyed meanwhile. */
export async function moveKekToRoot(
  tx: Tx,
  before: Pick<OldKek, 'id' | 'wrapped'>,
  after: { readonly provider: string; readonly keyId: string; readonly bytes: Buffer },
): Promise<boolean> {
  // A destruction locks the row and marks it: this waits for it, and then finds the mark.
  const { rowCount } = await tx.query(
    `update key_encryption_key k set provider = $3, root_key_id = $4, wrapped = $5
      where k.id = $1 and k.wrapped = $2 and not ${TOUCHED}`,
    [before.id, before.wrapped, after.provider, after.keyId, after.bytes],
  );
  return rowCount === 1;
}

/** Locks a key against destructions below it; undefined when it is gone. */
export async function lockKek(tx: Tx, id: string): Promise<{ replacedBy: string | null } | undefined> {
  const { rows } = await tx.query<{ replacedBy: string | null }>(
    'select replaced_by as "replacedBy" from key_encryption_key where id = $1 for no key update',
    [id],
  );
  return rows[0];
}

/** One key, or undefined. */
export async function readKek(tx: Tx, id: string): Promise<StoredKek | undefined> {
  const { rows } = await tx.query<StoredKek>(
    `select id, region, period, retention_class as "retentionClass", provider, root_key_id as "rootKeyId", wrapped
       from key_encryption_key where id = $1`,
    [id],
  );
  return rows[0];
}

/** Notes which key takes the place of another. */
export async function setReplacement(tx: Tx, id: string, replacedBy: string): Promise<void> {
  await tx.query('update key_encryption_key set replaced_by = $2 where id = $1', [id, replacedBy]);
}

/** Locks data keys below a key. */
export async function lockDataKeys(tx: Tx, kekId: string, limit: number): Promise<DataKeyRow[]> {
  const { rows } = await tx.query<DataKeyRow>(
    `select d.part_id as id, p.recording_id as "recordingId", p.version, d.wrapped
       from data_key d join part p on p.tenant_id = d.tenant_id and p.id = d.part_id
      where d.kek_id = $1 order by d.part_id limit $2 for update of d`,
    [kekId, limit],
  );
  return rows;
}

/** Puts locked data keys under another key; tombstones that stand for them and were not carried out follow. */
export async function moveDataKeys(
  tx: Tx,
  to: Pick<StoredKek, 'id' | 'provider' | 'rootKeyId'>,
  periodId: string,
  moved: readonly { readonly id: string; readonly wrapped: Buffer }[],
): Promise<void> {
  const ids = moved.map(({ id }) => id);
  await tx.query(
    `update data_key d set kek_id = $1, wrapped = m.wrapped, moved_in = $2
       from unnest($3::uuid[], $4::bytea[]) as m (part_id, wrapped) where d.part_id = m.part_id`,
    [to.id, periodId, ids, moved.map(({ wrapped }) => wrapped)],
  );
  await tx.query(
    `update tombstone_key set kek_id = $1, provider = $2, root_key_id = $3
      where part_id = any ($4) and destroyed_at is null`,
    [to.id, to.provider, to.rootKeyId, ids],
  );
}

/** Deletes a replaced key that has nothing below it; answers false while it has. */
export async function retireKek(
  tx: Tx,
  tenantId: string,
  id: string,
  replacedBy: string,
  at: string,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `delete from key_encryption_key k where k.id = $1
        and not exists (select from data_key d where d.tenant_id = k.tenant_id and d.kek_id = k.id)`,
    [id],
  );
  if (rowCount === 0) return false;
  await tx.query(
    `insert into retired_kek (tenant_id, id, replaced_by, retired_at) values ($1, $2, $3, $4) on conflict do nothing`,
    [tenantId, id, replacedBy, at],
  );
  return true;
}
