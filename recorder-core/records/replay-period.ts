import type { Database, Tx } from './database.ts';
import type { ArchiveIndex, KeyArchive } from './key-archive.ts';
import { restoreCredentials, restoreRows } from './key-archive-rows.ts';

/** What is left of a restored database when a period was replayed. */
export interface ReplayedPeriod {
  readonly index: ArchiveIndex;
  /** Data keys below keys of an old root that the archive does not know: nobody opens them any more. */
  readonly lost: number;
}

/**
 * Brings a restored database into the period of keys that was closed after its backup: what survived is wrapped as it was
 * then, and keys of the old roots that wrap nothing any more are removed. Never brings back what was destroyed. Idempotent.
 */
export async function replayPeriod(
  db: Database,
  archive: KeyArchive,
  tenantId: string,
  periodId: string,
  now: Date,
): Promise<ReplayedPeriod> {
  const index = await archive.readIndex(tenantId, periodId);
  for (const key of index.lists) {
    const list = await archive.readList(key);
    await db.forTenant(tenantId, (tx) => restoreRows(tx, tenantId, periodId, list));
  }
  return db.forTenant(tenantId, async (tx) => {
    await restoreCredentials(tx, index.credentials);
    await retire(tx, index, now.toISOString());
    return { index, lost: await countLost(tx, index) };
  });
}

/** Notes a replayed period as closed, once its old roots are known to be gone. */
export async function noteReplayedPeriod(
  tx: Tx,
  tenantId: string,
  { period, provider, oldRoots, newRoot, rewrapped, replaced }: ArchiveIndex,
  at: string,
  beyondRecoveryAt: string,
): Promise<void> {
  await tx.query(
    `insert into key_period (tenant_id, id, provider, old_roots, new_root, opened_at, rewrapped, replaced, replayed_at,
                             closed_at, beyond_recovery_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $6, $6, $9)
     on conflict (tenant_id, id) do update
        set new_root = excluded.new_root, replayed_at = excluded.replayed_at, closed_at = excluded.closed_at,
            beyond_recovery_at = excluded.beyond_recovery_at`,
    [tenantId, period, provider, oldRoots, newRoot, at, rewrapped, replaced, beyondRecoveryAt],
  );
}

async function retire(tx: Tx, { provider, oldRoots }: ArchiveIndex, at: string): Promise<void> {
  await tx.query(
    `with gone as (
       delete from key_encryption_key k where k.provider = $1 and k.root_key_id = any ($2)
          and not exists (select from data_key d where d.tenant_id = k.tenant_id and d.kek_id = k.id)
       returning k.tenant_id, k.id, coalesce(k.replaced_by, k.id) as replaced_by)
     insert into retired_kek (tenant_id, id, replaced_by, retired_at)
     select tenant_id, id, replaced_by, $3 from gone on conflict do nothing`,
    [provider, oldRoots, at],
  );
}

async function countLost(tx: Tx, { provider, oldRoots }: ArchiveIndex): Promise<number> {
  const { rows } = await tx.query<{ lost: number }>(
    `select count(*)::int as lost from data_key d
       join key_encryption_key k on k.tenant_id = d.tenant_id and k.id = d.kek_id
      where k.provider = $1 and k.root_key_id = any ($2)`,
    [provider, oldRoots],
  );
  return rows[0]?.lost ?? 0;
}
