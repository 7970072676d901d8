import { access } from 'node:fs/promises';
import type { Config } from '../config/settings.ts';
import { ensureEmbeddedSearch } from '../connections/ensure-embedded-search.ts';
import { keyRingPath } from './open-resources.ts';
import { openDatabase } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { addTenant, readTenant } from '../../recorder-core/records/tenants.ts';
import { openLocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';

/**
 * Makes what an installation needs once, before its first call: the key ring
 * and the tenant with its built-in search. Answers what was made; an empty list
 * the second time, so it may run at every start.
 */
export async function prepareInstallation(config: Config, now: Date): Promise<string[]> {
  const made: string[] = [];
  const path = keyRingPath(config);
  if (!(await exists(path))) made.push(`key ring ${path}`);
  await openLocalKeyRing(path, { create: true });
  if (await makeTenant(config, now)) made.push(`tenant ${config.tenantId}`);
  return made;
}

async function makeTenant(
  { postgresUrl, tenantId, tenantName, region }: Config,
  now: Date,
): Promise<boolean> {
  const db = openDatabase(postgresUrl, { max: 1 });
  try {
    return await db.forTenant(tenantId, async (tx) => {
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
  } finally {
    await db.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
