import type { SecretStore } from '../vault/installation-secrets.ts';
import type { Database, Tx } from './database.ts';

/**
 * The wrapped master secret as the one row of `installation_secret`: every node reaches the database, an insert
 * decides between two first starts, and its backup brings it along. `tenantId` only opens the transaction.
 */
export function openSecretTable(db: Database, tenantId: string): SecretStore {
  return {
    read: () => db.forTenant(tenantId, readSecret),
    add: ({ provider, keyId, bytes }) =>
      db.forTenant(tenantId, async (tx) => {
        await tx.query(
          `insert into installation_secret (name, provider, root_key_id, wrapped)
           values ('master', $1, $2, $3) on conflict do nothing`,
          [provider, keyId, bytes],
        );
      }),
    replace: (before, after) =>
      db.forTenant(tenantId, async (tx) => {
        await tx.query(
          `update installation_secret set provider = $1, root_key_id = $2, wrapped = $3, wrapped_at = now()
            where name = 'master' and wrapped = $4`,
          [after.provider, after.keyId, after.bytes, before.bytes],
        );
      }),
  };
}

async function readSecret(tx: Tx): ReturnType<SecretStore['read']> {
  const { rows } = await tx.query<{ provider: string; keyId: string; bytes: Buffer }>(
    `select provider, root_key_id as "keyId", wrapped as bytes from installation_secret where name = 'master'`,
  );
  return rows[0];
}
