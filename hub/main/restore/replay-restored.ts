import { HoldfastError, isHoldfastError } from '../../../recorder-core/errors.ts';
import type { ArchiveIndex } from '../../../recorder-core/records/key-archive.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';
import { leaveQuarantine, readQuarantine } from '../../../recorder-core/records/quarantine.ts';
import { noteReplayedPeriod, replayPeriod } from '../../../recorder-core/records/replay-period.ts';
import { replayTombstone } from '../../../recorder-core/records/replay-tombstone.ts';
import { listTenantIds } from '../../../recorder-core/records/tenants.ts';
import { countRisenKeys } from '../../../recorder-core/records/tombstones.ts';
import { findMissing, isRestored } from '../../../recorder-core/records/find-restored.ts';
import type { KeyProvider } from '../../../recorder-core/vault/key-provider.ts';
import { checkRestored, type RestoreWork } from './check-restored.ts';

/** What was done to one tenant's restored database. */
export interface ReplayedTenant {
  readonly tenantId: string;
  readonly tombstones: number;
  readonly periods: number;
  /** Data keys that nobody can open any more, although nothing says that they were to be destroyed. */
  readonly lost: number;
}

/**
 * Replays into restored databases what was destroyed and closed after their backups, proves that no destroyed key lives in
 * them, and ends their quarantine. Needs database, object store and key provider, and nothing of Temporal. Can be stopped
 * anywhere and called again.
 * @throws HoldfastError `integrity_failed` for an entry that this installation did not write, and when the proof fails:
 *   the quarantine then stands.
 */
export async function replayRestored(
  work: RestoreWork & { readonly keys: KeyProvider },
  options: { readonly all?: boolean } = {},
): Promise<ReplayedTenant[]> {
  await checkRestored(work, options);
  const replayed: ReplayedTenant[] = [];
  for (const tenantId of await listTenantIds(work.dispatcher)) {
    if ((await work.db.forTenant(tenantId, readQuarantine)) === undefined) continue;
    replayed.push(await replayTenant(work, tenantId));
  }
  return replayed;
}

async function replayTenant(
  work: RestoreWork & { readonly keys: KeyProvider },
  tenantId: string,
): Promise<ReplayedTenant> {
  const { db, journal, now } = work;
  const missing = await findMissing(db, work, tenantId, { now: now(), all: true });
  for (const place of missing.tombstones) {
    const entry = await journal.read(tenantId, place);
    await db.forTenant(tenantId, (tx) => replayTombstone(tx, tenantId, entry, now()));
  }
  let lost = 0;
  const indices: ArchiveIndex[] = [];
  for (const period of missing.periods) {
    const replayed = await replayPeriod(db, work.archive, tenantId, period, now());
    indices.push(replayed.index);
    lost += replayed.lost;
  }
  // Where something is lost, nothing more is destroyed: whatever still opens it must stay.
  for (const index of indices) await finishPeriod(work, tenantId, index, lost === 0);
  await open(work, tenantId);
  return { tenantId, tombstones: missing.tombstones.length, periods: missing.periods.length, lost };
}

/** The old roots were destroyed when the period was closed, or are now: what survives is under the new one. */
async function finishPeriod(
  { db, keys, now }: RestoreWork & { readonly keys: KeyProvider },
  tenantId: string,
  index: ArchiveIndex,
  mayDestroy: boolean,
): Promise<void> {
  let latest = now();
  if (mayDestroy && index.provider === keys.id) {
    for (const root of index.oldRoots) {
      const destroyed = await keys.destroy(root).catch((error: unknown) => {
        if (isHoldfastError(error) && error.code === 'not_found') return undefined; // a backup of the provider, too
        throw error;
      });
      if (destroyed !== undefined && destroyed.beyondRecoveryAt > latest) latest = destroyed.beyondRecoveryAt;
    }
  }
  const at = now().toISOString();
  await db.forTenant(tenantId, (tx) => noteReplayedPeriod(tx, tenantId, index, at, latest.toISOString()));
}

/** Only after the proof. */
async function open(work: RestoreWork, tenantId: string): Promise<void> {
  const { db, now } = work;
  if (isRestored(await findMissing(db, work, tenantId, { now: now(), all: true }))) throw stillBehind();
  await db.forTenant(tenantId, async (tx) => {
    const risen = await countRisenKeys(tx);
    if (risen > 0) throw keysRisen(risen);
    const quarantine = await readQuarantine(tx);
    if (quarantine === undefined) return;
    await leaveQuarantine(tx, now().toISOString());
    await appendLeaf(tx, tenantId, {
      at: now(),
      act: 'restore.replayed',
      object: { type: 'quarantine', id: quarantine.id },
      outcome: 'left',
      facts: { liveKeysOfTombstones: 0 },
    });
  });
}

function stillBehind(): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    'The database still lacks what was destroyed since its backup, although it was replayed. It stays in quarantine; keep it for an investigation.',
  );
}

function keysRisen(count: number): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    `${count} data keys are in the database although tombstones say that they were destroyed. It stays in quarantine; keep it for an investigation.`,
  );
}
