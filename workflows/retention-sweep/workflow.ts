import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  continueAsNew,
  defineWorkflowOptions,
  ParentClosePolicy,
  proxyActivities,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { DisposalRef, LifecycleActivities } from '../../activities/contract.ts';
import { CLAIM } from '../activity-options.ts';
import { disposal } from '../disposal/workflow.ts';
import { disposalWorkflowId } from '../ids.ts';
import { recordingAttributes } from '../search-attributes.ts';
import type { RetentionSweepInput, RetentionSweepResult } from './messages.ts';

const { claimDue } = proxyActivities<LifecycleActivities>(CLAIM);

/** Children that may be open under one run; the server refuses more than 2,000. */
const CHILDREN_PER_RUN = 1_000;

/**
 * Claims what is due in one partition, page by page, and sets a disposal going
 * for each; it does not wait for them. A page claimed twice meets the first
 * disposal by its id.
 */
export async function retentionSweep(input: RetentionSweepInput): Promise<RetentionSweepResult> {
  const { partition, partitions, limit, claimedBefore = 0 } = input;
  let claimed = 0;
  for (;;) {
    const page = await claimDue({ partition, partitions, limit });
    await Promise.all(page.claimed.map(startDisposal));
    claimed += page.claimed.length;
    if (!page.more) return { claimed: claimedBefore + claimed };
    if (claimed + limit > CHILDREN_PER_RUN || workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof retentionSweep>({ ...input, claimedBefore: claimedBefore + claimed });
    }
  }
}

// A sweep lasts seconds; see recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(retentionSweep, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});

async function startDisposal(ref: DisposalRef): Promise<void> {
  try {
    await startChild(disposal, {
      args: [ref],
      workflowId: disposalWorkflowId(ref),
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      typedSearchAttributes: recordingAttributes(ref),
      priority: { fairnessKey: ref.tenantId },
    });
  } catch (error) {
    // This epoch is being disposed of already, or was.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
