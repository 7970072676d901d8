import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { RecordingRef } from '../../activities/contract.ts';
import { redeliveryWorkflowId } from '../../workflows/ids.ts';
import { QUEUES } from '../../workflows/queues.ts';
import type { redelivery } from '../../workflows/redelivery/workflow.ts';
import { recordingAttributes } from '../../workflows/search-attributes.ts';

/** Tells every connected system of a change; the outbox message is the natural key, so a double start is harmless. */
export async function startRedelivery(client: Client, ref: RecordingRef, messageId: string): Promise<void> {
  try {
    await client.workflow.start<typeof redelivery>('redelivery', {
      workflowId: redeliveryWorkflowId(messageId),
      taskQueue: QUEUES.lifecycle,
      args: [ref],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      typedSearchAttributes: recordingAttributes(ref),
      priority: { fairnessKey: ref.tenantId },
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
