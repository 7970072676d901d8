import type { Config } from '../config/settings.ts';
import { ensureEmbeddedSearch } from '../connections/ensure-embedded-search.ts';
import { openKeyProvider, openSecrets } from './open-keys.ts';
import { openDatabase, type Database } from '../../recorder-core/records/database.ts';
import { openSecretTable } from '../../recorder-core/records/installation-secret.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { addTenant, readTenant } from '../../recorder-core/records/tenants.ts';

/**
 * Makes what an installation needs once, before its first call: the first
 * root key, the master secret, and the tenant with its built-in search. Answers what was
 * made; an empty list the second time, so it may run at every start.
 */
export async function prepareInstallation(config: Config, now: Date): Promise<string[]> {
  const made: string[] = [];
  const { provider, close } = await openKeyProvider(config, { create: true });
  const db = openDatabase(config.postgresUrl, { max: 1 });
  try {
    const fresh = (await openSecretTable(db, config.tenantId).read()) === undefined;
    await openSecrets(db, config.tenantId, provider, { create: true });
    if (fresh) made.push(`master secret under the root key ${provider.id}:${await provider.currentKeyId()}`);
    if (await makeTenant(db, config, now)) made.push(`tenant ${config.tenantId}`);
  } finally {
    await db.close();
    close();
  }
  return made;
}

function makeTenant(db: Database, { tenantId, tenantName, region }: Config, now: Date): Promise<boolean> {
  return db.forTenant(tenantId, async (tx) => {
    const isNew = (await readTenant(tx)) === undefined;
    if (isNew) {
      await addTenant(tx, { tenantId, name: tenantName, region });
      const object = { type: 'tenant', id: tenantId };
      await appendLeaf(tx, tenantId, {
        at: now,
        act: 'tenant.created',
        object,
        outcome: 'done',
        facts: { region },
      });
    }
    await ensureEmbeddedSearch(tx, tenantId, newId(now.getTime()), now);
    return isNew;
  });
}
