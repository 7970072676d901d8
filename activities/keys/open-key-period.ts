import type { Tx } from '../../recorder-core/records/database.ts';
import {
  listRootsInUse,
  lockOpenPeriod,
  openPeriod,
  readOpenPeriod,
  setNewRoot,
  type KeyPeriod,
} from '../../recorder-core/records/key-periods.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import type { KeyActivities } from '../contract.ts';
import type { KeyDependencies } from '../dependencies.ts';

/**
 * See `KeyActivities.openKeyPeriod`. The rows come before the rotation and say which root was current: an attempt that was
 * killed in between is taken up by the next, and no root is rotated twice. One tenant's row decides between two that open
 * at once; tenants that were added since get theirs.
 */
export function openKeyPeriod(deps: KeyDependencies): KeyActivities['openKeyPeriod'] {
  return async () => {
    const tenants = await listTenantIds(deps.dispatcher);
    const [first] = tenants;
    if (first === undefined) return { periodId: null };
    const { owner, period } = (await findOpen(deps, tenants)) ?? (await open(deps, tenants, first));
    const newRoot = await deps.db.forTenant(owner, (tx) => rotate(deps, tx, owner));
    for (const tenantId of tenants) {
      await deps.db.forTenant(tenantId, async (tx) => {
        await openPeriod(tx, tenantId, { ...period, openedAt: deps.now().toISOString() });
        if (await setNewRoot(tx, period.id, newRoot)) await noteRotation(deps, tx, tenantId, period, newRoot);
      });
    }
    return { periodId: period.id };
  };
}

type Opened = Pick<KeyPeriod, 'id' | 'provider' | 'oldRoots'>;

/** The period that is open for any tenant, and one for which it is. */
async function findOpen(
  deps: KeyDependencies,
  tenants: readonly string[],
): Promise<{ owner: string; period: Opened } | undefined> {
  for (const owner of tenants) {
    const period = await deps.db.forTenant(owner, readOpenPeriod);
    if (period !== undefined) return { owner, period };
  }
  return undefined;
}

async function open(
  deps: KeyDependencies,
  tenants: readonly string[],
  owner: string,
): Promise<{ owner: string; period: Opened }> {
  const roots = new Set([await deps.keys.currentKeyId()]);
  for (const tenantId of tenants) {
    for (const root of await deps.db.forTenant(tenantId, (tx) => listRootsInUse(tx, deps.keys.id))) {
      roots.add(root);
    }
  }
  const period = await deps.db.forTenant(owner, async (tx) => {
    const now = deps.now();
    const fresh = { id: deps.newId(now), provider: deps.keys.id, oldRoots: [...roots].sort() };
    await openPeriod(tx, owner, { ...fresh, openedAt: now.toISOString() });
    return (await readOpenPeriod(tx)) ?? fresh;
  });
  return { owner, period };
}

/** Under the lock of the tenant that decides; answers the root that is current from now on. */
async function rotate(deps: KeyDependencies, tx: Tx, tenantId: string): Promise<string> {
  const period = await lockOpenPeriod(tx);
  if (period === undefined) throw new Error('The period was closed by another process while it was opened.');
  if (period.newRoot !== null) return period.newRoot;
  const current = await deps.keys.currentKeyId();
  const newRoot = period.oldRoots.includes(current) ? await deps.keys.rotate() : current;
  await setNewRoot(tx, period.id, newRoot);
  await noteRotation(deps, tx, tenantId, period, newRoot);
  return newRoot;
}

async function noteRotation(
  deps: KeyDependencies,
  tx: Tx,
  tenantId: string,
  { id, provider, oldRoots }: Opened,
  newRoot: string,
): Promise<void> {
  await appendLeaf(tx, tenantId, {
    at: deps.now(),
    act: 'key.rotated',
    object: { type: 'period', id },
    outcome: 'done',
    facts: { provider, oldRoots, newRoot },
  });
}
