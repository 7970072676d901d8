import type { Client } from '@temporalio/client';
import type { ComparisonRef } from '../../activities/connector-contract.ts';
import type { connectionComparison } from '../../workflows/connection-comparison/workflow.ts';
import { connectionComparisonId } from '../../workflows/ids.ts';
import { startRun } from './start-run.ts';

/** Starts the one run of a comparison. */
export function startConnectionComparison(client: Client, ref: ComparisonRef): Promise<void> {
  return startRun<typeof connectionComparison>(client, 'connectionComparison', {
    workflowId: connectionComparisonId(ref),
    input: ref,
  });
}
