import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import { archiveMasterSecret } from '../../recorder-core/records/key-archive.ts';
import {
  closePeriod,
  countUnderRoots,
  readPeriod,
  setDestroying,
  type KeyPeriod,
} from '../../recorder-core/records/key-periods.ts';
import { openSecretTable } from '../../recorder-core/records/installation-secret.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { listNodeRoots } from '../../recorder-core/records/recorder-nodes.ts';
import { isRootOfTombstones } from '../../recorder-core/records/tombstones.ts';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import type { KeyActivities } from '../contract.ts';
import type { KeyDependencies } from '../dependencies.ts';

/**
 * See `KeyActivities.destroyRoots`. Recorders are asked first and rows second: a recording that leaves a spool in between
 * is in the database by then. Between the mark in the rows and the last look no key under an old root can come in.
 */
export function destroyRoots(deps: KeyDependencies): KeyActivities['destroyRoots'] {
  return async ({ periodId }) => {
    const tenants = await listTenantIds(deps.dispatcher);
    const period = await readAny(deps, tenants, periodId);
    if (period.newRoot === null)
      throw new HoldfastError('conflict', 'The root was not rotated yet, so no root is destroyed.');
    if (period.closedAt !== null) return { outcome: 'closed', beyondRecoveryAt: period.beyondRecoveryAt };
    const recorders = await recordersWithOldKeys(deps, tenants, period);
    if (recorders.length > 0) return { outcome: 'waiting', blockers: recorders };
    await mark(deps, tenants, periodId, deps.now().toISOString());
    const left = await rowsUnderOldRoots(deps, tenants, period);
    if (left.length > 0) {
      await mark(deps, tenants, periodId, null);
      return { outcome: 'waiting', blockers: left };
    }
    await archive(deps, tenants, periodId);
    const beyondRecoveryAt = await destroyAll(deps, tenants, period);
    for (const tenantId of tenants) await close(deps, tenantId, period, beyondRecoveryAt);
    return { outcome: 'closed', beyondRecoveryAt };
  };
}

/** The period as the first tenant that knows it does. */
async function readAny(
  deps: KeyDependencies,
  tenants: readonly string[],
  periodId: string,
): Promise<KeyPeriod> {
  let closed: KeyPeriod | undefined;
  for (const tenantId of tenants) {
    const period = await deps.db.forTenant(tenantId, (tx) => readPeriod(tx, periodId));
    if (period?.closedAt === null) return period; // not closed for all of them yet
    closed ??= period;
  }
  if (closed === undefined) throw new HoldfastError('not_found', 'There is no such period of keys.');
  return closed;
}

async function recordersWithOldKeys(
  deps: KeyDependencies,
  tenants: readonly string[],
  { oldRoots }: KeyPeriod,
): Promise<string[]> {
  const blockers: string[] = [];
  for (const tenantId of tenants) {
    for (const { node, roots, rootsAt } of await deps.db.forTenant(tenantId, listNodeRoots)) {
      if (roots === null)
        blockers.push(`the recorder ${node} has not said yet which root keys it uses: start it`);
      else if (roots.some((root) => oldRoots.includes(root)))
        blockers.push(
          `the recorder ${node} has calls or unsealed recordings under an old root key, or used one within five minutes (as of ${rootsAt ?? 'never'})`,
        );
    }
  }
  return blockers;
}

async function rowsUnderOldRoots(
  deps: KeyDependencies,
  tenants: readonly string[],
  { provider, oldRoots }: KeyPeriod,
): Promise<string[]> {
  const blockers: string[] = [];
  for (const tenantId of tenants) {
    const { keks, credentials, secrets } = await deps.db.forTenant(tenantId, (tx) =>
      countUnderRoots(tx, provider, oldRoots),
    );
    if (keks + credentials + secrets > 0)
      blockers.push(
        `tenant ${tenantId} has ${keks} keys, ${credentials} credentials and ${secrets} secrets under an old root key`,
      );
  }
  return blockers;
}

async function mark(
  deps: KeyDependencies,
  tenants: readonly string[],
  periodId: string,
  at: string | null,
): Promise<void> {
  for (const tenantId of tenants) await deps.db.forTenant(tenantId, (tx) => setDestroying(tx, periodId, at));
}

/** Before the roots go: what survives must be found again by a database that is restored from an older backup. */
async function archive(deps: KeyDependencies, tenants: readonly string[], periodId: string): Promise<void> {
  for (const tenantId of tenants) {
    const period = await deps.db.forTenant(tenantId, (tx) => readPeriod(tx, periodId));
    if (period !== undefined) await deps.archive.write(deps.db, tenantId, period, deps.newId(deps.now()));
    const master = await openSecretTable(deps.db, tenantId).read();
    if (master !== undefined) await archiveMasterSecret(deps.objects, periodId, master);
  }
}

/** Answers the last of the moments from which on nobody brings a root back. */
async function destroyAll(
  deps: KeyDependencies,
  tenants: readonly string[],
  { provider, oldRoots }: KeyPeriod,
): Promise<string> {
  let latest = deps.now();
  for (const root of oldRoots) {
    const destroyed = await deps.keys.destroy(root).catch(async (error: unknown) => {
      if (!isHoldfastError(error) || error.code !== 'not_found') throw error;
      // A name that only a recorder reported is none of this provider's. One that wrapped what was destroyed must be: else it
      // lives on elsewhere, and nothing is beyond recovery.
      if (await wrappedWhatIsGone(deps, tenants, provider, root)) throw error;
      return undefined;
    });
    if (destroyed !== undefined && destroyed.beyondRecoveryAt > latest) latest = destroyed.beyondRecoveryAt;
  }
  return latest.toISOString();
}

async function wrappedWhatIsGone(
  deps: KeyDependencies,
  tenants: readonly string[],
  provider: string,
  root: string,
): Promise<boolean> {
  for (const tenantId of tenants) {
    if (await deps.db.forTenant(tenantId, (tx) => isRootOfTombstones(tx, provider, root))) return true;
  }
  return false;
}

async function close(
  deps: KeyDependencies,
  tenantId: string,
  { id, provider, oldRoots, newRoot }: KeyPeriod,
  beyondRecoveryAt: string,
): Promise<void> {
  const now = deps.now();
  await deps.db.forTenant(tenantId, async (tx) => {
    if (!(await closePeriod(tx, id, { at: now.toISOString(), beyondRecoveryAt }))) return;
    const { rewrapped = 0, replaced = 0 } = (await readPeriod(tx, id)) ?? {};
    for (const root of oldRoots) {
      await appendLeaf(tx, tenantId, {
        at: now,
        act: 'key.destroyed',
        object: { type: 'key', id: `${provider}:${root}` },
        outcome: 'done',
        facts: { period: id, beyondRecoveryAt },
      });
    }
    await appendLeaf(tx, tenantId, {
      at: now,
      act: 'period.closed',
      object: { type: 'period', id },
      outcome: 'done',
      facts: { provider, oldRoots, newRoot, rewrapped, replaced, beyondRecoveryAt },
    });
  });
}
