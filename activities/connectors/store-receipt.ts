import type { Outcome } from '../../connectors/kit/outcome.ts';
import { insertReceipt } from '../../recorder-core/records/receipts.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { ConnectionRun } from './run-on-connection.ts';

/** Keeps what the connected system answered: a receipt and a ledger leaf, in one transaction. */
export async function storeReceipt(
  deps: ActivityDependencies,
  run: ConnectionRun,
  outcome: Outcome,
): Promise<void> {
  const at = deps.now();
  const done = outcome.outcome === 'done' ? outcome.receipt : undefined;
  const detail =
    outcome.outcome === 'done' ? outcome.receipt.result : `${outcome.error.class}: ${outcome.error.title}`;
  await deps.db.forTenant(run.tenantId, async (tx) => {
    await insertReceipt(tx, run.tenantId, {
      id: deps.newId(at),
      connectionId: run.connectionId,
      operation: run.operation,
      recordingId: run.record.id,
      outcome: outcome.outcome,
      remoteId: done?.remoteId ?? null,
      remoteVersion: done?.remoteVersion ?? null,
      detail,
      at: at.toISOString(),
    });
    await appendLeaf(tx, run.tenantId, {
      at,
      act: outcome.outcome === 'done' ? 'delivery.done' : 'delivery.failed',
      object: { type: 'recording', id: run.record.id },
      outcome: outcome.outcome,
      facts: { connectionId: run.connectionId, operation: run.operation, revision: run.record.revision },
    });
  });
}
