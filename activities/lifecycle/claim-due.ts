import { commitWithoutWaiting } from '../../recorder-core/records/database.ts';
import { moveRun } from '../../recorder-core/records/disposal-runs.ts';
import { renewLostClaims } from '../../recorder-core/records/due-recordings.ts';
import { mayDisposeNow } from '../../recorder-core/records/quarantine.ts';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import type { DisposalRef, DueShare, LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { claimPage, type ClaimedPage } from './claim-page.ts';
import { modeOf, openRun } from './open-run.ts';
import { requireSaneClock } from './sane-clock.ts';

type Claim = LifecycleActivities['claimDue'];

/** One activity goes on from page to page for so long: the way there and back costs as much as a page. */
const WORK_MS = 10_000;
/**
 * Pages grow from the limit of a call to this many rows while they are quick: what a page costs once is a good part of a small
 * one. A hold by query waits for the pages under way, so a slow page makes the next one smaller.
 */
export const LARGEST_PAGE = 2_000;
const QUICK_MS = 400;

const NOTHING: ClaimedPage = { claimed: [], full: false, decided: 0 };

/** See `LifecycleActivities.claimDue`. A page is one transaction. */
export function claimDue(deps: ActivityDependencies): Claim {
  return async ({ partition, partitions, limit, share }) => {
    if (share !== undefined) return claimShare(deps, share, limit);
    const claimed: DisposalRef[] = [];
    for (const tenantId of await listTenantIds(deps.dispatcher, { partition, partitions })) {
      const room = limit - claimed.length;
      if (room <= 0) return { claimed, more: true };
      const page = await claimOfTenant(deps, tenantId, room);
      claimed.push(...page.claimed);
      if (page.full) return { claimed, more: true, behind: tenantId };
    }
    return { claimed, more: false };
  };
}

/** A tenant's first page: opens its run where something is due, and closes it where nothing more is. */
async function claimOfTenant(
  deps: ActivityDependencies,
  tenantId: string,
  limit: number,
): Promise<ClaimedPage> {
  return deps.db.forTenant(tenantId, async (tx) => {
    const now = deps.now();
    // A restored database may lack holds that were placed since.
    if (!(await mayDisposeNow(tx, now.toISOString()))) return NOTHING;
    await requireSaneClock(deps, tx, now);
    const lost = await renewLostClaims(tx, now.toISOString(), limit);
    const claimed = lost.map(({ id, policyEpoch }) => ({ tenantId, recordingId: id, policyEpoch }));
    const mode = await openRun(deps, tx, tenantId, now);
    const room = limit - claimed.length;
    if (mode.mode === 'stop' || room <= 0) return { claimed, full: room <= 0, decided: 0 };
    const page = await claimPage(deps, tx, { tenantId, mode, now, limit: room });
    if (!page.full && mode.mode === 'claim')
      await moveRun(tx, mode.run.id, mode.run.state, { state: 'done', endedAt: now.toISOString() });
    return { ...page, claimed: [...claimed, ...page.claimed] };
  });
}

/** Goes on with one share of a tenant that has much, while its run may. */
async function claimShare(
  deps: ActivityDependencies,
  { tenantId, shard, shards = shard === undefined ? undefined : [shard], after }: DueShare,
  limit: number,
): ReturnType<Claim> {
  const started = deps.now().getTime();
  const claimed: DisposalRef[] = [];
  let decided = 0;
  let behind = after;
  let size = limit;
  for (;;) {
    const begun = deps.now().getTime();
    const page = await deps.db.forTenant(tenantId, async (tx): Promise<ClaimedPage> => {
      const now = deps.now();
      if (!(await mayDisposeNow(tx, now.toISOString()))) return NOTHING;
      await requireSaneClock(deps, tx, now);
      const mode = await modeOf(tx);
      if (mode.mode === 'stop') return NOTHING;
      const order = { tenantId, mode, now, limit: limit - claimed.length, size, shards, after: behind };
      const answer = await claimPage(deps, tx, order);
      if (answer.dated === true) await commitWithoutWaiting(tx);
      return answer;
    });
    size = nextSize(size, deps.now().getTime() - begun, limit);
    claimed.push(...page.claimed);
    decided += page.decided;
    behind = page.last ?? behind;
    const over = claimed.length >= limit || deps.now().getTime() - started > WORK_MS;
    if (!page.full || over)
      return { claimed, more: page.full, decided, ...(behind !== undefined && { after: behind }) };
  }
}

/** Of the page after one of this size that took so long; never below what one call may claim. Pure. */
function nextSize(size: number, tookMs: number, least: number): number {
  const next = tookMs <= QUICK_MS ? size * 2 : Math.floor(size / 2);
  return Math.max(least, Math.min(LARGEST_PAGE, next));
}
