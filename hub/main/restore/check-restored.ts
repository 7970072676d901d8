import type pg from 'pg';
import type { Database } from '../../../recorder-core/records/database.ts';
import { findMissing, isRestored, type Missing } from '../../../recorder-core/records/find-restored.ts';
import type { KeyArchive } from '../../../recorder-core/records/key-archive.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';
import { enterQuarantine } from '../../../recorder-core/records/quarantine.ts';
import { listTenantIds } from '../../../recorder-core/records/tenants.ts';
import type { TombstoneJournal } from '../../../recorder-core/vault/tombstone-journal.ts';

/** What comparing databases with the stores outside needs. */
export interface RestoreWork {
  readonly db: Database;
  /** Pool of the dispatcher's role: sees the list of tenants. */
  readonly dispatcher: pg.Pool;
  readonly journal: TombstoneJournal;
  readonly archive: KeyArchive;
  readonly newId: (at: Date) => string;
  readonly now: () => Date;
}

/** A tenant whose database is older than what was destroyed in it. */
export interface RestoredTenant {
  readonly tenantId: string;
  readonly missing: Missing;
}

/**
 * Puts every tenant into quarantine whose database is older than the journal of tombstones or the archive of keys; answers
 * which. `all` compares every month of the journal. An entry that this installation did not write stops nothing here; the
 * replay refuses it.
 */
export async function checkRestored(
  work: RestoreWork,
  options: { readonly all?: boolean } = {},
): Promise<RestoredTenant[]> {
  const restored: RestoredTenant[] = [];
  for (const tenantId of await listTenantIds(work.dispatcher)) {
    const missing = await findMissing(work.db, work, tenantId, { now: work.now(), ...options });
    if (!isRestored(missing)) continue;
    restored.push({ tenantId, missing });
    await quarantine(work, tenantId, missing);
  }
  return restored;
}

async function quarantine(
  { db, newId, now }: RestoreWork,
  tenantId: string,
  { tombstones, periods }: Missing,
): Promise<void> {
  const at = now();
  const id = newId(at);
  const reason = `The database does not know ${tombstones.length} tombstones and ${periods.length} closed periods of keys: it was restored from a backup.`;
  await db.forTenant(tenantId, async (tx) => {
    if (!(await enterQuarantine(tx, tenantId, { id, reason, enteredAt: at.toISOString() }))) return;
    await appendLeaf(tx, tenantId, {
      at,
      act: 'restore.detected',
      object: { type: 'quarantine', id },
      outcome: 'entered',
      facts: { tombstones: tombstones.length, periods },
    });
  });
}
