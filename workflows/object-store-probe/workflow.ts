import { defineWorkflowOptions, proxyActivities, sleep } from '@temporalio/workflow';
import type { StoreActivities } from '../../activities/contract.ts';
import { CANARY_LOCK_PAUSE, PROBE_STORE } from '../activity-options.ts';

const { probeStore, tidyStore } = proxyActivities<StoreActivities>(PROBE_STORE);

/**
 * Tries whether the object store keeps what it promises, and takes away what the trial left: canaries when their locks
 * have ended, and uploads that were given up. What was found stands in the database before this ends.
 */
export async function objectStoreProbe(): Promise<{
  readonly verdict: string;
  readonly canariesLeft: number;
}> {
  const { verdict } = await probeStore();
  if (verdict !== 'no-lock') await sleep(CANARY_LOCK_PAUSE);
  const { canariesLeft } = await tidyStore();
  return { verdict, canariesLeft };
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(objectStoreProbe, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
