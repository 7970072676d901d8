import { defineWorkflowOptions, isCancellation, log, patched, proxyActivities } from '@temporalio/workflow';
import type { ConnectorActivities } from '../../activities/connector-contract.ts';
import type { LifecycleActivities, RecordingRef } from '../../activities/contract.ts';
import { DATABASE, DELIVER, LOCK_OBJECTS } from '../activity-options.ts';

const { listDeliveries, queueRecording } = proxyActivities<LifecycleActivities>(DATABASE);
const { lockObjects } = proxyActivities<LifecycleActivities>(LOCK_OBJECTS);
const { deliverRecording } = proxyActivities<ConnectorActivities>(DELIVER);

/**
 * Tells the object store and every connected system that a recording has
 * changed: a hold, a new date. Each step takes the recording as it is at that
 * moment, so two of these at once, in any order, end at the newest revision.
 * `failed` is of runs that delivered themselves; now the queues do.
 */
export async function redelivery(input: RecordingRef): Promise<{ readonly failed: readonly string[] }> {
  const { tenantId, recordingId } = input;
  const locking = patched('locks-in-the-store') ? lock(input) : Promise.resolve();
  if (patched('queued-deliveries')) {
    await queueRecording({ tenantId, recordingId });
    await locking;
    return { failed: [] };
  }
  const { connectionIds } = await listDeliveries({ tenantId, recordingId });
  const failed: string[] = [];
  await Promise.all(
    connectionIds.map(async (connectionId) => {
      try {
        await deliverRecording({ tenantId, recordingId, connectionId });
      } catch (error) {
        if (isCancellation(error)) throw error;
        log.warn('a delivery was given up', { tenantId, recordingId, connectionId });
        failed.push(connectionId);
      }
    }),
  );
  await locking;
  return { failed: failed.sort() };
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(redelivery, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});

/** The lock in the store comes on top of our own evaluator, so deliveries do not wait for it. */
async function lock(ref: RecordingRef): Promise<void> {
  try {
    await lockObjects(ref);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.error('the objects could not be locked in the store as was decided', { ...ref });
  }
}
