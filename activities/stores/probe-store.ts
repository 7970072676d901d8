import type { Tx } from '../../recorder-core/records/database.ts';
import { noteCauseEnded } from '../../recorder-core/records/note-incident.ts';
import { openIncident } from '../../recorder-core/records/open-incident.ts';
import {
  clearStoreAlert,
  insertProbe,
  raiseStoreAlert,
  type ObjectStoreAlertKind,
} from '../../recorder-core/records/object-store-probes.ts';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import {
  PROBE_CHECKS,
  probeObjectStore,
  type ProbeCheck,
  type StoreProbe,
} from '../../recorder-core/vault/probe-object-store.ts';
import type { StoreActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

const UNSAFE: readonly ProbeCheck[] = ['create-once', 'create-once-in-parts', 'digest-checked'];

/** See `StoreActivities.probeStore`. Each attempt is a probe of its own; alerts and their leaves come once. */
export function probeStore(deps: ActivityDependencies): StoreActivities['probeStore'] {
  return async () => {
    const at = deps.now();
    const probe = await probeObjectStore(deps.objects.canaries, { id: deps.newId(at), wait: deps.pause });
    for (const tenantId of await listTenantIds(deps.dispatcher)) {
      await deps.db.forTenant(tenantId, (tx) => keep(deps, tx, tenantId, probe, at));
    }
    deps.onStoreProbe?.(probe);
    return { verdict: probe.verdict };
  };
}

async function keep(
  deps: ActivityDependencies,
  tx: Tx,
  tenantId: string,
  probe: StoreProbe,
  at: Date,
): Promise<void> {
  const probedAt = at.toISOString();
  const { place, lock } = deps.objects;
  await insertProbe(tx, tenantId, {
    id: deps.newId(at),
    place,
    mode: lock?.mode ?? null,
    ...probe,
    probedAt,
  });
  const broken = probe.findings.filter(({ kept }) => !kept).map(({ check }) => check);
  const ofLock = broken.filter((check) => !UNSAFE.includes(check) && check !== 'digest-kept');
  await settle(deps, tx, tenantId, 'not-worm', probe.verdict === 'not-worm' ? ofLock : [], at);
  await settle(
    deps,
    tx,
    tenantId,
    'unsafe-writes',
    broken.filter((check) => UNSAFE.includes(check)),
    at,
  );
}

/** Opens an incident when promises are first found broken, and says in it when they are kept again. */
async function settle(
  deps: ActivityDependencies,
  tx: Tx,
  tenantId: string,
  kind: ObjectStoreAlertKind,
  broken: readonly ProbeCheck[],
  at: Date,
): Promise<void> {
  const instant = at.toISOString();
  const key = `object-store/${kind}`;
  const facts = { kind, place: deps.objects.place };
  if (broken.length === 0) {
    if ((await clearStoreAlert(tx, kind, instant)) === undefined) return;
    await noteCauseEnded(tx, { tenantId, key, facts, now: at, newId: deps.newId });
    return;
  }
  const id = deps.newId(at);
  const promises = broken.map((check) => PROBE_CHECKS[check]).join(' ');
  const detail = `The object store broke what it promises. Expected: ${promises}`;
  if (!(await raiseStoreAlert(tx, tenantId, { id, kind, detail, raisedAt: instant }))) return;
  await openIncident(tx, {
    tenantId,
    key,
    kind: 'storage',
    severity: 'high',
    title: 'The object store broke what it promises.',
    detector: 'store-probe',
    detectedAt: at,
    facts: { ...facts, broken: [...broken] },
    now: at,
    newId: deps.newId,
  });
}
