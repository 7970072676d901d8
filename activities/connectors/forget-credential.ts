import { forgetRemovedCredential } from '../../recorder-core/records/connection-remains.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';

/** Destroys the credential of a removed connection once it is of no use any more; does nothing of any other. */
export async function forgetCredential(
  tx: Tx,
  tenantId: string,
  connectionId: string,
  at: Date,
): Promise<void> {
  if (!(await forgetRemovedCredential(tx, connectionId))) return;
  await appendLeaf(tx, tenantId, {
    at,
    act: 'configuration.changed',
    object: { type: 'connection', id: connectionId },
    outcome: 'credential-destroyed',
    facts: {},
  });
}
