import { openComparison } from '../../recorder-core/records/connection-comparisons.ts';
import { listConnectionsToCompare } from '../../recorder-core/records/connections-to-compare.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import type { LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** A comparison reads all that the other side holds, so it is not asked for more often by itself. */
const EVERY_MS = 7 * 86_400_000;

type Deps = Pick<ActivityDependencies, 'dispatcher' | 'db' | 'now' | 'newId' | 'inventories'>;

/** See `LifecycleActivities.askDueComparisons`. */
export function askDueComparisons(deps: Deps): LifecycleActivities['askDueComparisons'] {
  return async () => {
    let asked = 0;
    for (const tenantId of await listTenantIds(deps.dispatcher)) asked += await askOf(deps, tenantId);
    return { asked };
  };
}

async function askOf({ db, now, newId, inventories }: Deps, tenantId: string): Promise<number> {
  const at = now();
  const before = new Date(at.getTime() - EVERY_MS);
  return db.forTenant(tenantId, async (tx) => {
    let asked = 0;
    for (const connectionId of await listConnectionsToCompare(tx, inventories, before)) {
      const id = newId(at);
      const comparison = {
        id,
        connectionId,
        repairs: false,
        rebuilds: false,
        askedBy: null,
        askedAt: at.toISOString(),
      };
      if (!(await openComparison(tx, tenantId, comparison, newId(at)))) continue;
      await appendLeaf(tx, tenantId, {
        at,
        act: 'connection.asked',
        object: { type: 'connection', id: connectionId },
        outcome: 'comparison',
        facts: { comparison: id, repairs: false },
      });
      asked += 1;
    }
    return asked;
  });
}
