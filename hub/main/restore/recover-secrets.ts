import { isHoldfastError } from '../../../recorder-core/errors.ts';
import type { Database } from '../../../recorder-core/records/database.ts';
import { openSecretTable } from '../../../recorder-core/records/installation-secret.ts';
import { readMasterSecrets } from '../../../recorder-core/records/key-archive.ts';
import {
  openInstallationSecrets,
  type InstallationSecrets,
} from '../../../recorder-core/vault/installation-secrets.ts';
import type { KeyProvider, WrappedKey } from '../../../recorder-core/vault/key-provider.ts';
import type { ObjectStore } from '../../../recorder-core/vault/object-store.ts';

/**
 * Opens the installation's secrets by `open`. Where a restored database has the master secret under a root key that was
 * destroyed since, the archive of keys has it under a newer one, and it is put back. The provider refuses one that it did
 * not wrap. Errors as `open`.
 */
export async function openOrRecoverSecrets(
  open: () => Promise<InstallationSecrets>,
  where: {
    readonly db: Database;
    readonly tenantId: string;
    readonly provider: KeyProvider;
    readonly objects: ObjectStore;
  },
): Promise<InstallationSecrets> {
  try {
    return await open();
  } catch (error) {
    if (!isHoldfastError(error) || error.code !== 'key_unavailable') throw error;
    const store = openSecretTable(where.db, where.tenantId);
    const before = await store.read();
    if (before === undefined) throw error;
    for await (const archived of readMasterSecrets(where.objects)) {
      const secrets = await openInstallationSecrets(onlyRead(archived), where.provider).catch(
        () => undefined,
      );
      if (secrets === undefined) continue; // under a root that is gone, too
      await store.replace(before, archived);
      return secrets;
    }
    throw error;
  }
}

function onlyRead(wrapped: WrappedKey) {
  return {
    read: () => Promise.resolve(wrapped),
    add: () => Promise.resolve(),
    replace: () => Promise.resolve(),
  };
}
