import { listEnabledConnections, listReachedConnections } from '../../recorder-core/records/connections.ts';
import { readRecording } from '../../recorder-core/records/recordings.ts';
import type { LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/**
 * See `LifecycleActivities.listDeliveries`. While a recording lives, every
 * connection that is switched on; once it is being disposed of, every one that
 * ever received it, switched on or not.
 */
export function listDeliveries(deps: ActivityDependencies): LifecycleActivities['listDeliveries'] {
  return ({ tenantId, recordingId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const recording = await readRecording(tx, recordingId);
      const leaving = recording?.state === 'disposing' || recording?.state === 'disposed';
      return {
        connectionIds: leaving
          ? await listReachedConnections(tx, recordingId)
          : await listEnabledConnections(tx),
      };
    });
}
