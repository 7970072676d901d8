import { listTellableConnections } from '../../recorder-core/records/connections.ts';
import { listReachedConnections } from '../../recorder-core/records/reached.ts';
import { readRecording } from '../../recorder-core/records/recordings.ts';
import type { LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/**
 * See `LifecycleActivities.listDeliveries`. While a recording lives, every
 * live connection, and while its use is restricted those that have
 * it as well; once it is being disposed of, every one that ever received it,
 * live or not.
 */
export function listDeliveries(deps: ActivityDependencies): LifecycleActivities['listDeliveries'] {
  return ({ tenantId, recordingId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const recording = await readRecording(tx, recordingId);
      const leaving = recording?.state === 'disposing' || recording?.state === 'disposed';
      if (leaving) return { connectionIds: await listReachedConnections(tx, recordingId) };
      const told = await listTellableConnections(tx, deps.connectorsWith('upsert-recording'));
      const live = told.filter(({ state }) => state === 'live').map(({ id }) => id);
      if (recording?.restriction === null || recording === undefined) return { connectionIds: live };
      const reached = await listReachedConnections(tx, recordingId);
      return { connectionIds: [...new Set([...live, ...reached])].sort() };
    });
}
