import {
  continueAsNew,
  defineWorkflowOptions,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ApprovalActivities } from '../../activities/compliance-contract.ts';
import { DATABASE } from '../activity-options.ts';
import { untilTold } from '../until-told.ts';
import { approvalEnded, statusQuery, type ApprovalInput, type ApprovalStatus } from './messages.ts';

const { advanceApproval } = proxyActivities<ApprovalActivities>(DATABASE);

/**
 * Waits for the answer to one question: reminds, asks the next level, and lets it expire, each by the row and each once.
 * It decides nothing: people end the row, in the transaction in which they do, and a signal ends the wait. A signal that
 * comes late or twice, or not at all, changes only when this run notices.
 */
export async function approval(input: ApprovalInput): Promise<ApprovalStatus> {
  const ref = { tenantId: input.tenantId, approvalId: input.approvalId };
  let status: ApprovalStatus = { over: false, level: 0, nextAt: null };
  let told = 0;
  setHandler(approvalEnded, () => {
    told += 1;
  });
  setHandler(statusQuery, () => status);

  for (;;) {
    const known = told;
    const { over, level, nextAt } = await advanceApproval(ref);
    status = { over, level, nextAt: over ? null : nextAt };
    if (over) return status;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof approval>(input);
    await untilTold(() => told !== known, nextAt);
  }
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(approval, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
