import { defineWorkflowOptions, isCancellation, log, proxyActivities } from '@temporalio/workflow';
import type { LifecycleActivities, RecordingsRef } from '../../activities/contract.ts';
import { DATABASE, LOCK_MANY_OBJECTS, LOCK_OBJECTS } from '../activity-options.ts';

const { queueRecordings } = proxyActivities<LifecycleActivities>(DATABASE);
const { lockManyObjects } = proxyActivities<LifecycleActivities>(LOCK_MANY_OBJECTS);
const { lockObjects } = proxyActivities<LifecycleActivities>(LOCK_OBJECTS);

/**
 * `redelivery` for many recordings that one act has changed: a page of a sweep. Each step takes each recording as it is at
 * that moment, so this and others about the same recordings, in any order, end at the newest revision. Answers how many
 * recordings the store refused to lock until it was given up.
 */
export async function bulkRedelivery(input: RecordingsRef): Promise<{ readonly unlocked: number }> {
  const locking = lockAll(input);
  await queueRecordings(input);
  return { unlocked: await locking };
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(bulkRedelivery, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});

/** The lock in the store comes on top of our own evaluator, so deliveries do not wait for it. */
async function lockAll(input: RecordingsRef): Promise<number> {
  const { tenantId, recordingIds } = input;
  const left = await lockManyObjects(input).catch((error: unknown) => {
    if (isCancellation(error)) throw error;
    return { failed: recordingIds };
  });
  const locked = await Promise.all(left.failed.map((recordingId) => lock(tenantId, recordingId)));
  return locked.filter((done) => !done).length;
}

async function lock(tenantId: string, recordingId: string): Promise<boolean> {
  try {
    await lockObjects({ tenantId, recordingId });
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.error('the objects could not be locked in the store as was decided', { tenantId, recordingId });
    return false;
  }
}
