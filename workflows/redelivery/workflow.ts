import { defineWorkflowOptions, isCancellation, log, proxyActivities } from '@temporalio/workflow';
import type { ConnectorActivities, LifecycleActivities, RecordingRef } from '../../activities/contract.ts';
import { DATABASE, DELIVER } from '../activity-options.ts';

const { listDeliveries } = proxyActivities<LifecycleActivities>(DATABASE);
const { deliverRecording } = proxyActivities<ConnectorActivities>(DELIVER);

/**
 * Tells every connected system that a recording has changed: a hold, a new
 * date. Each delivery sends the recording as it is at that moment, so two of
 * these at once, in any order, end at the newest revision.
 */
export async function redelivery(input: RecordingRef): Promise<{ readonly failed: readonly string[] }> {
  const { tenantId, recordingId } = input;
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
  return { failed: failed.sort() };
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(redelivery, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
