import type { Rulebook } from '../../recorder-core/policy/rulebook.ts';
import { announceChanges } from '../../recorder-core/records/announce-changes.ts';
import { applyActions, needsActions } from '../../recorder-core/records/apply-retention.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { decideAlike, type AlikeDecision } from '../../recorder-core/records/decide-alike.ts';
import { countClaims } from '../../recorder-core/records/disposal-runs.ts';
import {
  claimForDisposal,
  lockDue,
  lockLoose,
  type DueCursor,
  type DueRecording,
} from '../../recorder-core/records/due-recordings.ts';
import { appendLeaves, type LeafEntry } from '../../recorder-core/records/ledger-log.ts';
import { keepsDate, storeRetention } from '../../recorder-core/records/recording-retention.ts';
import { gatherRetentionFacts } from '../../recorder-core/records/retention-facts.ts';
import type { DisposalRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { askReviews } from './ask-review.ts';
import type { SweepMode } from './open-run.ts';

/** What came of a page. */
export interface ClaimedPage {
  readonly claimed: readonly DisposalRef[];
  readonly full: boolean;
  readonly decided: number;
  readonly last?: DueCursor | undefined;
  /** All that was done is new dates: were a crash to undo them, the next sweep would decide the same again. */
  readonly dated?: boolean;
}

/** Of a page that is to be decided. */
export interface PageOrder {
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

/**
 * Decides a page of due recordings again, claims those that may go, and stores why the others stay: lock, facts, decisions, rows,
 * leaves, each a statement or few for the whole page.
 */
export async function claimPage(deps: ActivityDependencies, tx: Tx, order: PageOrder): Promise<ClaimedPage> {
  const { tenantId, mode, now, limit, size = limit, shards, after } = order;
  const asOf = mode.mode === 'claim' ? mode.run.asOf : now.toISOString();
  const { due, full, last } = await lockDue(tx, { asOf, limit: size, shards, after });
  const rules = await deps.packs.current(tx);
  const items = await gatherRetentionFacts(tx, due, rules);
  const decide = decideAlike(now, rules);
  const all = due.flatMap((recording, index): Decided[] => {
    const item = items[index];
    return item === undefined ? [] : [{ recording, decided: decide(item) }];
  });
  const reviewed = await askReviews(deps, tx, tenantId, now, all);
  const mayGo = ({ recording, decided: { mayDispose } }: Decided) =>
    mayDispose || reviewed.approved.has(recording.id);
  const decided = await withoutOthers(tx, all, (one) => mayGo(one) || asksForMore(one));
  const staying = decided.filter((one) => !mayGo(one));
  await keep(deps, tx, order, staying, reviewed.lookAgainAt);
  const dated =
    decided.length === staying.length && !staying.some(asksForMore) && reviewed.lookAgainAt.size === 0;
  if (mode.mode === 'settle') return { claimed: [], full, last, decided: due.length, dated };
  const { run } = mode;
  const goes = decided.filter(mayGo);
  const going = goes.slice(0, limit);
  const claimed = await claim(tx, order, { runId: run.id, rules }, going);
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
  readonly decided: AlikeDecision;
}

function asksForMore({ recording, decided }: Decided): boolean {
  return needsActions(recording, decided);
}

/** Those whose own row is to be changed are locked too; what somebody else is changing is left for the next sweep. */
async function withoutOthers(
  tx: Tx,
  page: readonly Decided[],
  changes: (one: Decided) => boolean,
): Promise<readonly Decided[]> {
  const wanted = page.filter(changes);
  if (wanted.length === 0) return page;
  const locked = await lockLoose(
    tx,
    wanted.map(({ recording }) => recording.id),
  );
  return page.filter((one) => !changes(one) || locked.has(one.recording.id));
}

async function claim(
  tx: Tx,
  { tenantId, now }: PageOrder,
  { runId, rules }: { readonly runId: string; readonly rules: Rulebook },
  going: readonly Decided[],
): Promise<DisposalRef[]> {
  const epochs = await claimForDisposal(
    tx,
    going.map(({ recording: { id }, decided }) => ({ ...decided, id, decideAt: null })),
    { now: now.toISOString(), runId },
  );
  const { pack } = rules;
  const leaves = going.map(({ recording: { id }, decided }): LeafEntry => ({
    leaf: {
      at: now,
      act: 'disposal.decided',
      object: { type: 'recording', id },
      outcome: 'dispose',
      rules: decided.rules,
      packDigest: pack.digest,
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
  await storeRetention(
    tx,
    staying.map(({ recording: { id }, decided }) => {
      const lookAgain = lookAgainAt.get(id);
      return { ...decided, id, ...(lookAgain !== undefined && { decideAt: Date.parse(lookAgain) }) };
    }),
  );
  for (const { recording, decided } of staying.filter(asksForMore))
    await applyActions(tx, recording.id, decided.whole(), { tenantId, now, newId: deps.newId });
  // The object store extends its lock, and connected systems learn the date.
  const dated = staying.filter(
    ({ recording, decided }) =>
      decided.retainUntil !== null && decided.retainUntil > now.getTime() && !keepsDate(recording, decided),
  );
  await announceChanges(
    tx,
    { tenantId, now, newId: deps.newId },
    dated.map(({ recording: { id } }) => id),
  );
}
