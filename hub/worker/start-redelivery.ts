import type { Client } from '@temporalio/client';
import type { RecordingRef } from '../../activities/contract.ts';
import { redeliveryWorkflowId } from '../../workflows/ids.ts';
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
