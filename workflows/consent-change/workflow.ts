import { continueAsNew, defineWorkflowOptions, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ConsentActivities } from '../../activities/compliance-contract.ts';
import { DATABASE } from '../activity-options.ts';
import type { ConsentChangeInput, ConsentChangeResult } from './messages.ts';

const { tellLiveCalls, applyConsentPage, endConsentChange } = proxyActivities<ConsentActivities>(DATABASE);

/**
 * Carries out what a party says about consent after the fact. Calls in progress first, since every second of them adds to
 * what must be undone; then the stored recordings, page by page, each decided in a transaction of its own. The rows are
 * the truth: a page applied twice changes nothing.
 */
export async function consentChange(input: ConsentChangeInput): Promise<ConsentChangeResult> {
  const ref = { tenantId: input.tenantId, changeId: input.changeId };
  let after = input.after ?? null;
  let applied = input.appliedBefore ?? 0;
  if (input.after === undefined) await tellLiveCalls(ref);
  for (;;) {
    const page = await applyConsentPage({ ...ref, after });
    applied += page.applied;
    if (page.next === null) break;
    after = page.next;
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof consentChange>({ ...input, after, appliedBefore: applied });
  }
  await endConsentChange(ref);
  return { applied };
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(consentChange, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
