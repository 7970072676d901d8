import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { recordingWorkflowId } from '../../workflows/ids.ts';
import { QUEUES } from '../../workflows/queues.ts';
import type { RecordingLifecycleInput } from '../../workflows/recording-lifecycle/messages.ts';
import type { recordingLifecycle } from '../../workflows/recording-lifecycle/workflow.ts';
import { recordingAttributes } from '../../workflows/search-attributes.ts';

/**
 * Sees to it that the lifecycle of a recording runs or has run, and answers its
 * workflow id. Idempotent: a running one is met, a completed one is left alone,
 * and only one that failed is started anew.
 */
export async function startRecordingLifecycle(
  client: Client,
  input: RecordingLifecycleInput,
): Promise<{ readonly workflowId: string }> {
  const workflowId = recordingWorkflowId(input);
  try {
    await client.workflow.start<typeof recordingLifecycle>('recordingLifecycle', {
      workflowId,
      taskQueue: QUEUES.lifecycle,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      typedSearchAttributes: recordingAttributes(input),
      priority: { fairnessKey: input.tenantId },
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return { workflowId };
}
