import type { Client } from '@temporalio/client';
import { recordingWorkflowId } from '../../workflows/ids.ts';
import type { RecordingLifecycleInput } from '../../workflows/recording-lifecycle/messages.ts';
import type { recordingLifecycle } from '../../workflows/recording-lifecycle/workflow.ts';
import { recordingAttributes } from '../../workflows/search-attributes.ts';
import { startRun } from './start-run.ts';

/**
 * Sees to it that the lifecycle of a recording runs or has run, and answers its
 * workflow id. Idempotent: a running one is met, a completed one is left alone,
 * and only one that failed is started anew.
 */
export async function startRecordingLifecycle(
  client: Client,
  input: Omit<RecordingLifecycleInput, 'queues'>,
): Promise<{ readonly workflowId: string }> {
  const workflowId = recordingWorkflowId(input);
  await startRun<typeof recordingLifecycle>(client, 'recordingLifecycle', {
    workflowId,
    input: { ...input, queues: true },
    attributes: recordingAttributes(input),
  });
  return { workflowId };
}
