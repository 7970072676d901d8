import type { Client } from '@temporalio/client';
import type { ApprovalRef } from '../../activities/compliance-contract.ts';
import { approvalEnded } from '../../workflows/approval/messages.ts';
import type { approval } from '../../workflows/approval/workflow.ts';
import { approvalWorkflowId } from '../../workflows/ids.ts';
import { startRun, tellIfRunning } from './start-run.ts';

/** Starts the wait for an answer; one that runs or has ended well is left alone. */
export function startApproval(client: Client, ref: ApprovalRef): Promise<void> {
  return startRun<typeof approval>(client, 'approval', { workflowId: approvalWorkflowId(ref), input: ref });
}

/** Tells the run that the row has ended; one that is over, or was never started, has nothing left to do. */
export function endApprovalRun(client: Client, ref: Pick<ApprovalRef, 'approvalId'>): Promise<void> {
  return tellIfRunning(client, approvalWorkflowId(ref), approvalEnded);
}
