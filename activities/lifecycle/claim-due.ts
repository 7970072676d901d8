import type { LeafEntry } from '../../recorder-core/records/ledger-log.ts';
import { appendLeaves } from '../../recorder-core/records/ledger-log.ts';
import { announceChanges } from '../../recorder-core/records/announce-changes.ts';
import { applyActions, needsActions, nextLook } from '../../recorder-core/records/apply-retention.ts';
import { commitWithoutWaiting, type Tx } from '../../recorder-core/records/database.ts';
import { decideItem, type DecidedRetention } from '../../recorder-core/records/decide-recording.ts';
import { countClaims, moveRun } from '../../recorder-core/records/disposal-runs.ts';
import {
  claimForDisposal,
  lockDue,
  renewLostClaims,
  settleKept,
  type DueCursor,
  type DueRecording,
} from '../../recorder-core/records/due-recordings.ts';
import { mayDisposeNow } from '../../recorder-core/records/quarantine.ts';
import { gatherRetentionFacts } from '../../recorder-core/records/retention-facts.ts';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import type { DisposalRef, DueShare, LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { requireSaneClock } from './sane-clock.ts';
import { askReviews } from './ask-review.ts';
import { modeOf, openRun, type SweepMode } from './open-run.ts';

type Claim = LifecycleActivities['claimDue'];

/** One activity goes on from page to page for so long: the way there and back costs as much as a page. */
const WORK_MS = 10_000;
/**
 * Pages grow from the limit of a call to this many rows while they are quick: what a page costs once is a good part of a small
 * one. A hold by query waits for the pages under way, so a slow page makes the next one smaller.
 */
export const LARGEST_PAGE = 2_000;
const QUICK_MS = 400;

/**
 * See `LifecycleActivities.claimDue`. A page is one transaction: lock, facts, decisions, rows, leaves, each a statement or
 * few for the whole page.
 */
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
async function claimOfTenant(deps: ActivityDependencies, tenantId: string, limit: number): Promise<Page> {
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
    const page = await deps.db.forTenant(tenantId, async (tx): Promise<Page> => {
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

interface Page {
  readonly claimed: readonly DisposalRef[];
  readonly full: boolean;
  readonly decided: number;
  readonly last?: DueCursor | undefined;
  /** All that was done is new dates: were a crash to undo them, the next sweep would decide the same again. */
  readonly dated?: boolean;
}

const NOTHING: Page = { claimed: [], full: false, decided: 0 };

interface PageOrder {
  readonly tenantId: string;
  readonly mode: Exclude<SweepMode, { readonly mode: 'stop' }>;
  readonly now: Date;
  /** Claims at most. */
  readonly limit: number;
  /** Rows looked at; as many as may be claimed, where left out. */
  readonly size?: number;
  readonly shards?: readonly number[] | undefined;
  readonly after?: DueCursor | undefined;
}

/** Decides a page of due recordings again, claims those that may go, and stores why the others stay. */
async function claimPage(deps: ActivityDependencies, tx: Tx, order: PageOrder): Promise<Page> {
  const { tenantId, mode, now, limit, size = limit, shards, after } = order;
  const asOf = mode.mode === 'claim' ? mode.run.asOf : now.toISOString();
  const { due, full, last } = await lockDue(tx, { asOf, limit: size, shards, after });
  const rules = await deps.packs.current(tx);
  const items = await gatherRetentionFacts(tx, due, rules);
  const decided = due.flatMap((recording, index) => {
    const item = items[index];
    return item === undefined ? [] : [{ recording, decided: decideItem(item, now, rules) }];
  });
  const reviewed = await askReviews(deps, tx, tenantId, now, decided);
  const mayGo = ({ recording, decided: { mayDispose } }: Decided) =>
    mayDispose || reviewed.approved.has(recording.id);
  const staying = decided.filter((one) => !mayGo(one));
  await keep(deps, tx, order, staying, reviewed.lookAgainAt);
  const dated =
    decided.length === staying.length && !staying.some(asksForMore) && reviewed.lookAgainAt.size === 0;
  if (mode.mode === 'settle') return { claimed: [], full, last, decided: due.length, dated };
  const { run } = mode;
  const goes = decided.filter(mayGo);
  const going = goes.slice(0, limit);
  const claimed = await claim(tx, order, run.id, going);
  const byClass = new Map<string, number>();
  for (const { recording } of going)
    byClass.set(recording.retentionClass, (byClass.get(recording.retentionClass) ?? 0) + 1);
  await countClaims(tx, tenantId, { runId: run.id, at: now, claimed: byClass, kept: staying.length });
  if (going.length === goes.length) return { claimed, full, last, decided: due.length, dated };
  // The next page begins with the first that may go and was not claimed; those that stay have left the queue.
  const ended = going.at(-1)?.recording;
  const behind = ended === undefined ? after : { dueAt: ended.dueAt, id: ended.id };
  return { claimed, full: true, last: behind, decided: staying.length + going.length };
}

interface Decided {
  readonly recording: DueRecording;
  readonly decided: DecidedRetention;
}

function asksForMore({ recording, decided }: Decided): boolean {
  return needsActions(recording, decided);
}

async function claim(
  tx: Tx,
  { tenantId, now }: PageOrder,
  runId: string,
  going: readonly Decided[],
): Promise<DisposalRef[]> {
  const epochs = await claimForDisposal(
    tx,
    going.map(({ recording: { id }, decided }) => ({
      id,
      retention: decided.explanation,
      retainUntil: decided.decision.retainUntil,
    })),
    { now: now.toISOString(), runId },
  );
  const leaves = going.map(({ recording: { id }, decided: { explanation } }): LeafEntry => ({
    leaf: {
      at: now,
      act: 'disposal.decided',
      object: { type: 'recording', id },
      outcome: 'dispose',
      rules: explanation.rules.map((rule) => rule.id),
      packDigest: explanation.packDigest,
      facts: { policyEpoch: epochs.get(id) ?? 0, run: runId },
    },
  }));
  await appendLeaves(tx, tenantId, leaves);
  return going.map(({ recording: { id } }) => ({
    tenantId,
    recordingId: id,
    policyEpoch: epochs.get(id) ?? 0,
  }));
}

/** They leave the queue of the due ones: for their new date, or for the next look where the policy names none to come. */
async function keep(
  deps: ActivityDependencies,
  tx: Tx,
  { tenantId, now }: PageOrder,
  staying: readonly Decided[],
  lookAgainAt: ReadonlyMap<string, string>,
): Promise<void> {
  await settleKept(
    tx,
    staying.map(({ recording: { id }, decided }) => ({
      id,
      retention: decided.explanation,
      retainUntil: decided.retainUntil,
      decideAt: lookAgainAt.get(id) ?? nextLook(decided, now),
    })),
  );
  for (const { recording, decided } of staying.filter(asksForMore))
    await applyActions(tx, recording.id, decided, { tenantId, now, newId: deps.newId });
  // The object store extends its lock, and connected systems learn the date.
  const dated = staying.filter(
    ({ recording, decided: { retainUntil } }) =>
      retainUntil !== null &&
      retainUntil !== recording.retainUntil &&
      Date.parse(retainUntil) > now.getTime(),
  );
  await announceChanges(
    tx,
    { tenantId, now, newId: deps.newId },
    dated.map(({ recording: { id } }) => id),
  );
}
