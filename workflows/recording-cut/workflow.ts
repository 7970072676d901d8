import {
  condition,
  continueAsNew,
  defineWorkflowOptions,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { CutActivities, CutMakingActivities } from '../../activities/compliance-contract.ts';
import { DATABASE, DERIVE_CUT } from '../activity-options.ts';
import { msUntil } from '../until-told.ts';
import {
  cutChanged,
  recordingCutStatus,
  type RecordingCutInput,
  type RecordingCutStatus,
} from './messages.ts';

const { advanceCut } = proxyActivities<CutActivities>(DATABASE);
const { deriveCut } = proxyActivities<CutMakingActivities>(DERIVE_CUT);

const SECOND_MS = 1_000;
const LONGEST_PAUSE_MS = 3_600_000;

/**
 * Carries one cut from the second person's answer to its end: makes the parts without the span, follows the destruction of those
 * that have it, and waits as long as a hold, a request or a floor keeps them. Every step is decided by the rows; a signal that
 * comes late, twice or not at all changes only when this run notices.
 */
export async function recordingCut(input: RecordingCutInput): Promise<RecordingCutStatus> {
  const ref = { tenantId: input.tenantId, cutId: input.cutId };
  let status: RecordingCutStatus = { state: null, nextAt: null };
  let told = 0;
  let pauseMs = 0;
  setHandler(cutChanged, () => {
    told += 1;
  });
  setHandler(recordingCutStatus, () => status);

  for (;;) {
    const known = told;
    const { state, over, work, nextAt } = await advanceCut(ref);
    status = { state, nextAt: over || work === 'derive' ? null : nextAt };
    if (over) return status;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof recordingCut>(input);
    if (work === 'wait') {
      pauseMs = 0;
      await condition(() => told !== known, msUntil(nextAt));
      continue;
    }
    // What the rules allowed may be stopped by another order about the same parts, which ends sooner or later.
    if (pauseMs > 0) await condition(() => told !== known, pauseMs);
    pauseMs = Math.min(Math.max(SECOND_MS, 2 * pauseMs), LONGEST_PAUSE_MS);
    await deriveCut(ref);
  }
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(recordingCut, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
