import type { Client } from '@temporalio/client';
import type { PartDisposalRef } from '../../activities/contract.ts';
import { partDisposalWorkflowId } from '../../workflows/ids.ts';
import type { partDisposal } from '../../workflows/part-disposal/workflow.ts';
import { startRun } from './start-run.ts';

/** Starts what an order to destroy parts needs; meets the run that is at it. Again after its end: a restored database asks so. */
export function startPartDisposal(client: Client, ref: PartDisposalRef): Promise<void> {
  return startRun<typeof partDisposal>(client, 'partDisposal', {
    workflowId: partDisposalWorkflowId(ref),
    input: ref,
    again: true,
  });
}
