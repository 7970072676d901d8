import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import {
  listConnectionStandings,
  type ConnectionStanding,
} from '../../recorder-core/records/connection-standing.ts';
import { pruneDeliveries } from '../../recorder-core/records/delivery-attempts.ts';
import {
  listDueQueues,
  readDeliveryHealth,
  type DeliveryHealth,
} from '../../recorder-core/records/delivery-queues.ts';
import type { DeliveryQueueRef, LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** How long attempts and what is over can be looked up; receipts and leaves stay as long as what they are about. */
const KEPT_MS = 30 * 24 * 3_600_000;
/** Forgotten at once, a tenant. */
const PRUNED = 5_000;
/** Answered at once; what is left is found a minute later. */
const MOST = 500;

/** See `LifecycleActivities.findDueQueues`. */
export function findDueQueues(deps: ActivityDependencies): LifecycleActivities['findDueQueues'] {
  return async () => {
    const queues: DeliveryQueueRef[] = [];
    const health: DeliveryHealth[] = [];
    const standings: ConnectionStanding[] = [];
    for (const tenantId of await listTenantIds(deps.dispatcher)) {
      const now = deps.now();
      const due = await deps.db.forTenant(tenantId, async (tx) => {
        await pruneDeliveries(tx, new Date(now.getTime() - KEPT_MS), PRUNED);
        if (deps.onDeliveryHealth !== undefined) health.push(...(await readDeliveryHealth(tx, now)));
        if (deps.onConnectionStandings !== undefined) standings.push(...(await listConnectionStandings(tx)));
        return listDueQueues(tx, now);
      });
      queues.push(...due.map((queue) => ({ tenantId, ...queue })));
    }
    deps.onDeliveryHealth?.(health, deps.now());
    deps.onConnectionStandings?.(standings, deps.now());
    return { queues: queues.slice(0, MOST) };
  };
}
