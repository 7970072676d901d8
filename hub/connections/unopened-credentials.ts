import { isHoldfastError } from '../../recorder-core/errors.ts';
import { listConnections } from '../../recorder-core/records/connections.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import { openCredential } from './credential-envelope.ts';

/** A connection whose credential does not open, and why in one word. */
export interface UnopenedCredential {
  readonly connectionId: string;
  readonly code: string;
}

/**
 * Opens the credential of each connection of a tenant and tells which do not open: after a restore, or where a root key is gone.
 * Those connections stop, each with the same word; all others go on.
 */
export async function findUnopenedCredentials(
  { db, keys }: { readonly db: Database; readonly keys: KeyProvider },
  tenantId: string,
): Promise<UnopenedCredential[]> {
  const rows = await db.forTenant(tenantId, (tx) => listConnections(tx));
  const unopened: UnopenedCredential[] = [];
  for (const { id, credential } of rows) {
    try {
      await openCredential(keys, tenantId, id, credential);
    } catch (error) {
      unopened.push({ connectionId: id, code: isHoldfastError(error) ? error.code : 'integrity_failed' });
    }
  }
  return unopened;
}
