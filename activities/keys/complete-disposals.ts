import {
  listCompletable,
  completeCertificate,
  type Completable,
} from '../../recorder-core/records/disposals.ts';
import { completeParts, listCompletableParts } from '../../recorder-core/records/part-disposals.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import type { KeyActivities } from '../contract.ts';
import type { KeyDependencies } from '../dependencies.ts';

/** See `KeyActivities.completeDisposals`. */
export function completeDisposals(deps: KeyDependencies): KeyActivities['completeDisposals'] {
  return async ({ limit }) => {
    let completed = 0;
    for (const tenantId of await listTenantIds(deps.dispatcher)) {
      const room = limit - completed;
      if (room <= 0) return { completed, more: true };
      completed += await deps.db.forTenant(tenantId, (tx) => completeOfTenant(deps, tx, tenantId, room));
    }
    return { completed, more: completed >= limit };
  };
}

async function completeOfTenant(
  deps: KeyDependencies,
  tx: Tx,
  tenantId: string,
  limit: number,
): Promise<number> {
  const due = await listCompletable(tx, limit);
  for (const one of due) {
    const { roots, beyondRecoveryAt } = one;
    await completeCertificate(tx, one.recordingId, deps.now().toISOString(), { roots, beyondRecoveryAt });
    await note(deps, tx, tenantId, one);
  }
  const parts = await listCompletableParts(tx, limit - due.length);
  for (const one of parts) {
    const { roots, beyondRecoveryAt } = one;
    await completeParts(tx, one.id, deps.now().toISOString(), { roots, beyondRecoveryAt });
    await note(deps, tx, tenantId, one);
  }
  return due.length + parts.length;
}

async function note(
  deps: KeyDependencies,
  tx: Tx,
  tenantId: string,
  { recordingId, tombstone, roots, beyondRecoveryAt }: Completable,
): Promise<void> {
  await appendLeaf(tx, tenantId, {
    at: deps.now(),
    act: 'disposal.completed',
    object: { type: 'recording', id: recordingId },
    outcome: 'done',
    facts: { tombstone, roots, beyondRecoveryAt },
  });
}
