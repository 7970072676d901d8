import type { Client } from '@temporalio/client';
import type { MatterRef } from '../../activities/compliance-contract.ts';
import { matterWorkflowId } from '../../workflows/ids.ts';
import { matterChanged } from '../../workflows/legal-hold/messages.ts';
import type { legalHold } from '../../workflows/legal-hold/workflow.ts';
import { tellRun } from './start-run.ts';

/** Tells the run of a matter that its rows have changed, or starts one. */
export function tellLegalHold(client: Client, ref: MatterRef): Promise<void> {
  return tellRun<typeof legalHold>(client, 'legalHold', {
    workflowId: matterWorkflowId(ref),
    input: ref,
    signal: matterChanged,
  });
}
