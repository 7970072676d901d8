import { listCredentialsUnder, replaceCredential } from '../../recorder-core/records/connections.ts';
import { listEndpointKeysUnder, replaceEndpointKeys } from '../../recorder-core/records/webhook-endpoints.ts';
import { openSecretTable } from '../../recorder-core/records/installation-secret.ts';
import { countRewrapped, readPeriod, type KeyPeriod } from '../../recorder-core/records/key-periods.ts';
import { rewrapKek } from '../../recorder-core/records/rewrap-kek.ts';
import { listOldKeks } from '../../recorder-core/records/rewrap-rows.ts';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import { rewrapInstallationSecrets } from '../../recorder-core/vault/installation-secrets.ts';
import type { KeyActivities } from '../contract.ts';
import type { KeyDependencies } from '../dependencies.ts';

/** See `KeyActivities.rewrapKeys`. */
export function rewrapKeys(deps: KeyDependencies): KeyActivities['rewrapKeys'] {
  return async ({ periodId, limit }) => {
    let rewrapped = 0;
    let replaced = 0;
    for (const tenantId of await listTenantIds(deps.dispatcher)) {
      const period = await deps.db.forTenant(tenantId, (tx) => readPeriod(tx, periodId));
      if (period === undefined || period.closedAt !== null) continue;
      await rewrapInstallationSecrets(openSecretTable(deps.db, tenantId), deps.keys);
      await rewrapCredentials(deps, tenantId, period);
      const done = await rewrapOfTenant(deps, tenantId, period, limit - rewrapped - replaced);
      rewrapped += done.rewrapped;
      replaced += done.replaced;
      if (done.more) return { rewrapped, replaced, more: true };
    }
    return { rewrapped, replaced, more: false };
  };
}

async function rewrapOfTenant(
  deps: KeyDependencies,
  tenantId: string,
  { id, provider, oldRoots }: KeyPeriod,
  limit: number,
): Promise<{ rewrapped: number; replaced: number; more: boolean }> {
  const done = { rewrapped: 0, replaced: 0 };
  const old = await deps.db.forTenant(tenantId, (tx) => listOldKeks(tx, provider, oldRoots, limit + 1));
  for (const kek of old.slice(0, limit)) {
    const outcome = await rewrapKek(deps, tenantId, id, kek);
    if (outcome === 'again') continue; // it changed meanwhile, and the next round sees how
    done[outcome] += 1;
  }
  await deps.db.forTenant(tenantId, (tx) => countRewrapped(tx, id, done));
  return { ...done, more: old.length > done.rewrapped + done.replaced };
}

async function rewrapCredentials(
  deps: KeyDependencies,
  tenantId: string,
  { provider, oldRoots }: KeyPeriod,
): Promise<void> {
  const old = await deps.db.forTenant(tenantId, (tx) => listCredentialsUnder(tx, provider, oldRoots));
  for (const { id, credential } of old) {
    const after = await deps.rewrapCredential(tenantId, id, credential);
    await deps.db.forTenant(tenantId, (tx) => replaceCredential(tx, id, credential, after));
  }
  const signing = await deps.db.forTenant(tenantId, (tx) => listEndpointKeysUnder(tx, provider, oldRoots));
  for (const { id, credential } of signing) {
    const after = await deps.rewrapCredential(tenantId, id, credential);
    await deps.db.forTenant(tenantId, (tx) => replaceEndpointKeys(tx, id, credential, after));
  }
}
