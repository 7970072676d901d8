import type { Client } from '@temporalio/client';
import type { RecordingRef, RecordingsRef } from '../../activities/contract.ts';
import type { bulkRedelivery } from '../../workflows/bulk-redelivery/workflow.ts';
import { bulkRedeliveryId, redeliveryWorkflowId } from '../../workflows/ids.ts';
import type { redelivery } from '../../workflows/redelivery/workflow.ts';
import { recordingAttributes } from '../../workflows/search-attributes.ts';
import { startRun } from './start-run.ts';

/** Tells every connected system of a change; the outbox message is the natural key, so a double start is harmless. */
export function startRedelivery(client: Client, ref: RecordingRef, messageId: string): Promise<void> {
  return startRun<typeof redelivery>(client, 'redelivery', {
    workflowId: redeliveryWorkflowId(messageId),
    input: ref,
    attributes: recordingAttributes(ref),
  });
}

/** The same for many recordings that one act has changed. */
export function startBulkRedelivery(client: Client, input: RecordingsRef, messageId: string): Promise<void> {
  return startRun<typeof bulkRedelivery>(client, 'bulkRedelivery', {
    workflowId: bulkRedeliveryId(messageId),
    input,
  });
}
