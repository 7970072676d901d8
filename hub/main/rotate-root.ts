import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { openSecretTable } from '../../recorder-core/records/installation-secret.ts';
import { rewrapInstallationSecrets } from '../../recorder-core/vault/installation-secrets.ts';
import type { Resources } from './open-resources.ts';

/**
 * Makes a new root key the current one and wraps the master secret under it; answers its id. Nothing stops meanwhile:
 * every wrap asks for the current root, and older ones go on unwrapping. The act is a leaf of the tenant's ledger.
 */
export async function rotateRoot(
  { db, config, keys }: Pick<Resources, 'db' | 'config' | 'keys'>,
  now: Date,
): Promise<string> {
  const before = await keys.currentKeyId();
  const after = await keys.rotate();
  await rewrapInstallationSecrets(openSecretTable(db, config.tenantId), keys);
  await db.forTenant(config.tenantId, (tx) =>
    appendLeaf(tx, config.tenantId, {
      at: now,
      act: 'key.rotated',
      object: { type: 'root-key', id: after },
      outcome: 'done',
      facts: { provider: keys.id, oldRoot: before, newRoot: after },
    }),
  );
  return after;
}
