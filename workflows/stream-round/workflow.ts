import { defineWorkflowOptions, proxyActivities } from '@temporalio/workflow';
import type { LifecycleActivities } from '../../activities/contract.ts';
import { CLAIM } from '../activity-options.ts';
import { streamReadId } from '../ids.ts';
import { startApart } from '../start-apart.ts';
import { streamRead } from '../stream-read/workflow.ts';

const { findDueStreams } = proxyActivities<LifecycleActivities>(CLAIM);

/** Starts a reading of every stream that is due and that nobody reads. */
export async function streamRound(): Promise<{ readonly started: number }> {
  const { streams } = await findDueStreams({});
  const started = await Promise.all(
    streams.map((ref) => startApart(streamRead, { workflowId: streamReadId(ref), input: ref, again: true })),
  );
  return { started: started.filter(Boolean).length };
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(streamRound, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
