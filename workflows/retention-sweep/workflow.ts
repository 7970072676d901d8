import {
  continueAsNew,
  defineWorkflowOptions,
  patched,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { DisposalRef, DueShare, LifecycleActivities } from '../../activities/contract.ts';
import { CLAIM } from '../activity-options.ts';
import { disposal } from '../disposal/workflow.ts';
import { disposalWorkflowId } from '../ids.ts';
import { recordingAttributes } from '../search-attributes.ts';
import { startApart } from '../start-apart.ts';
import type { RetentionSweepInput, RetentionSweepResult } from './messages.ts';

const { claimDue } = proxyActivities<LifecycleActivities>(CLAIM);

/** Children that may be open under one run; the server refuses more than 2,000. */
const CHILDREN_PER_RUN = 1_000;
/** Into so many shards `claimDue` divides one tenant's due recordings. */
const SHARDS = Array.from({ length: 16 }, (_, shard) => shard);
/** Shares of one tenant at once: one that has millions of due recordings keeps several workers busy, and not all. */
const SHARES_AT_ONCE = 2;

/**
 * Claims what is due in one partition, page by page, and sets a disposal going
 * for each; it does not wait for them. A tenant that has more than a page is
 * gone through by shares, several at once. A page claimed twice meets the first
 * disposal by its id.
 */
export async function retentionSweep(input: RetentionSweepInput): Promise<RetentionSweepResult> {
  const { partition, partitions, limit, claimedBefore = 0 } = input;
  let claimed = 0;
  const goOn = async (): Promise<never> =>
    continueAsNew<typeof retentionSweep>({ ...input, claimedBefore: claimedBefore + claimed });
  const isFull = (): boolean => claimed + limit > CHILDREN_PER_RUN || workflowInfo().continueAsNewSuggested;
  const takeShare = async (share: DueShare): Promise<void> => {
    let { after } = share;
    for (;;) {
      const page = await claimDue({
        partition,
        partitions,
        limit,
        share: { ...share, ...(after !== undefined && { after }) },
      });
      await Promise.all(page.claimed.map(startDisposal));
      claimed += page.claimed.length;
      after = page.after;
      if (!page.more || isFull()) return;
    }
  };
  for (;;) {
    const page = await claimDue({ partition, partitions, limit });
    await Promise.all(page.claimed.map(startDisposal));
    claimed += page.claimed.length;
    if (!page.more) return { claimed: claimedBefore + claimed };
    if (isFull()) await goOn();
    const { behind } = page;
    if (behind === undefined) continue;
    const shares = sharesOf(behind);
    const takeShares = async (): Promise<void> => {
      for (let share = shares.shift(); share !== undefined && !isFull(); share = shares.shift())
        await takeShare(share);
    };
    await Promise.all(Array.from({ length: SHARES_AT_ONCE }, takeShares));
    if (isFull()) await goOn();
  }
}

// A sweep lasts seconds; see recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(retentionSweep, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});

/** A share for each that is taken at once, of every second shard: both go through the same recordings side by side. */
function sharesOf(tenantId: string): DueShare[] {
  if (!patched('shares-of-many-shards')) return SHARDS.map((shard) => ({ tenantId, shard }));
  return Array.from({ length: SHARES_AT_ONCE }, (_, share) => ({
    tenantId,
    shards: SHARDS.filter((shard) => shard % SHARES_AT_ONCE === share),
  }));
}

/** An epoch that is being disposed of already, or was, is met. */
async function startDisposal(ref: DisposalRef): Promise<void> {
  await startApart(disposal, {
    workflowId: disposalWorkflowId(ref),
    input: ref,
    attributes: recordingAttributes(ref),
  });
}
