import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import type { LifecycleActivities, StreamRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** Answered at once; what is left is found a minute later. */
const MOST = 500;

/** See `LifecycleActivities.findDueStreams`. */
export function findDueStreams(
  deps: Pick<ActivityDependencies, 'dispatcher' | 'streams' | 'now'>,
): LifecycleActivities['findDueStreams'] {
  return async () => {
    const streams: StreamRef[] = [];
    for (const tenantId of await listTenantIds(deps.dispatcher))
      streams.push(...(await deps.streams.findDue(tenantId, deps.now())));
    return { streams: streams.slice(0, MOST) };
  };
}
