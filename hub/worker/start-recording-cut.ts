import type { Client } from '@temporalio/client';
import type { CutRef } from '../../activities/compliance-contract.ts';
import { cutWorkflowId } from '../../workflows/ids.ts';
import { cutChanged } from '../../workflows/recording-cut/messages.ts';
import type { recordingCut } from '../../workflows/recording-cut/workflow.ts';
import { tellRun } from './start-run.ts';

/** Tells the run of a cut that something has changed, or starts it; one that finds nothing left to do ends at once. */
export function tellRecordingCut(client: Client, ref: CutRef): Promise<void> {
  return tellRun<typeof recordingCut>(client, 'recordingCut', {
    workflowId: cutWorkflowId(ref),
    input: { tenantId: ref.tenantId, cutId: ref.cutId },
    signal: cutChanged,
  });
}
