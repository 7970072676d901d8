import { continueAsNew, defineWorkflowOptions, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { PolicyActivities } from '../../activities/compliance-contract.ts';
import { CLAIM_WITHOUT_END, DATABASE } from '../activity-options.ts';
import type { PolicyChangeInput, PolicyChangeProgress } from './messages.ts';

const { activateRules, noteRecomputed } = proxyActivities<PolicyActivities>(DATABASE);
const { recomputeDates } = proxyActivities<PolicyActivities>(CLAIM_WITHOUT_END);

/** Recordings a page: a second of work, and locks that nobody notices. */
const PAGE = 500;

/**
 * Brings the rules of one approval into force, then takes the date of every stored recording after them, page by page. From
 * the first step on everything is decided by the new rules, so the second is about what lists show and stores lock: nothing
 * waits for it, and no promised date comes earlier by it.
 */
export async function policyChange(input: PolicyChangeInput): Promise<PolicyChangeProgress> {
  const { tenantId, approvalId, kind, subjectId } = input;
  const change = { tenantId, approvalId, kind, subjectId };
  if (input.progress === undefined) await activateRules(change);
  let progress = input.progress ?? { last: null, decided: 0, moved: 0 };
  for (;;) {
    const page = await recomputeDates({ tenantId, approvalId, after: progress.last, limit: PAGE });
    progress = {
      last: page.last ?? progress.last,
      decided: progress.decided + page.decided,
      moved: progress.moved + page.moved,
    };
    if (!page.more) break;
    if (workflowInfo().continueAsNewSuggested)
      return continueAsNew<typeof policyChange>({ ...change, progress });
  }
  await noteRecomputed({ ...change, decided: progress.decided, moved: progress.moved });
  return progress;
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(policyChange, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
