import { defineWorkflowOptions, proxyActivities } from '@temporalio/workflow';
import type { LifecycleActivities } from '../../activities/contract.ts';
import { CLAIM } from '../activity-options.ts';

const { askDueComparisons } = proxyActivities<LifecycleActivities>(CLAIM);

/** Asks for a comparison of every live connection whose last one is a week old; the outbox starts them. */
export async function comparisonRound(): Promise<{ readonly asked: number }> {
  return askDueComparisons({});
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(comparisonRound, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
