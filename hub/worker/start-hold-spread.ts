import type { Client } from '@temporalio/client';
import type { HoldSpreadRef } from '../../activities/compliance-contract.ts';
import type { holdSpread } from '../../workflows/hold-spread/workflow.ts';
import { holdSpreadWorkflowId } from '../../workflows/ids.ts';
import { startRun } from './start-run.ts';

/** Starts telling of one change of a hold by query; the change is the natural key, so a double start is harmless. */
export function startHoldSpread(client: Client, ref: HoldSpreadRef): Promise<void> {
  return startRun<typeof holdSpread>(client, 'holdSpread', {
    workflowId: holdSpreadWorkflowId(ref),
    input: ref,
  });
}
