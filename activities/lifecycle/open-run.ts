import {
  allowedToday,
  decideVolume,
  VOLUME_LIMITS,
  type ClassVolume,
  type VolumeDecision,
  type VolumeLimits,
} from '../../recorder-core/policy/disposal-volume.ts';
import { requireApproved } from '../../recorder-core/records/approvals.ts';
import { askApproval } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import {
  insertRun,
  moveRun,
  readOpenRun,
  readTally,
  type DisposalRun,
  type NewRun,
} from '../../recorder-core/records/disposal-runs.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { planDisposals, type DisposalPlan } from '../../recorder-core/records/plan-disposals.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { randomFraction } from '../random-fraction.ts';

const DAY_MS = 86_400_000;
/** A run waits so long for a second person; then it expires, which is a no, and is asked about anew. */
const APPROVAL_MS = 7 * DAY_MS;
/** The look before a run ends here where most of what is due stays; that is settled first. */
const LOOK_AT_MOST = 20_000;
const SAMPLE = 20;

/**
 * What a sweep may do in a tenant now. `settle`: what stays gets its next date, and nothing is claimed. `stop`: a run waits
 * for a second person, or was refused.
 */
export type SweepMode =
  | { readonly mode: 'claim'; readonly run: DisposalRun }
  | { readonly mode: 'settle' }
  | { readonly mode: 'stop' };

/** By the run that is open. @throws HoldfastError `forbidden` where a run says approved and its approval does not. */
export async function modeOf(tx: Tx): Promise<SweepMode> {
  const open = await readOpenRun(tx);
  if (open === undefined) return { mode: 'settle' };
  if (open.state === 'approved')
    await requireApproved(tx, open.approvalId ?? '', { kind: 'disposal-run', subjectId: open.id });
  return open.state === 'claiming' || open.state === 'approved'
    ? { mode: 'claim', run: open }
    : { mode: 'stop' };
}

/** The same, and opens a run where none is open and something would go. A refused one whose time is over makes room. */
export async function openRun(
  deps: ActivityDependencies,
  tx: Tx,
  tenantId: string,
  now: Date,
): Promise<SweepMode> {
  const open = await readOpenRun(tx);
  if (open === undefined) return beginRun(deps, tx, tenantId, now);
  if (open.state === 'refused' && open.resumeAt !== null && Date.parse(open.resumeAt) <= now.getTime())
    await moveRun(tx, open.id, 'refused', { state: 'refused', endedAt: now.toISOString() });
  return modeOf(tx);
}

async function beginRun(deps: ActivityDependencies, tx: Tx, tenantId: string, now: Date): Promise<SweepMode> {
  const { disposalLimits: limits = VOLUME_LIMITS } = deps;
  const tally = await readTally(tx, now);
  const allowed = [...tally.values()].reduce((sum, one) => sum + allowedToday(one, limits), limits.floor);
  const plan = await planDisposals(tx, {
    asOf: now,
    rules: await deps.packs.current(tx),
    atMost: { looked: LOOK_AT_MOST + allowed, going: 2 * allowed + 1 },
    heldToo: false,
    sampleSize: SAMPLE,
    random: randomFraction,
  });
  const due = plan.dispose + plan.review;
  const classes = plan.classes.map(({ retentionClass, recordings }) => ({
    retentionClass,
    due: recordings,
    ...(tally.get(retentionClass) ?? { today: 0, history: [] }),
  }));
  const decided = judge(plan, classes, limits);
  // Most of it stays, so how much would go is not known yet: once that is settled, the next look says.
  if (due === 0 || (!plan.complete && !decided.stop)) return { mode: 'settle' };
  const id = deps.newId(now);
  const approvalId = decided.stop ? deps.newId(now) : null;
  const run: NewRun = {
    id,
    state: decided.stop ? 'waiting' : 'claiming',
    openedAt: now.toISOString(),
    asOf: now.toISOString(),
    due,
    dueExact: plan.complete,
    classes,
    rules: plan.rules,
    sample: plan.sample,
    rule: decided.rule,
    reason: decided.stop ? decided.reason : null,
    approvalId,
  };
  if (!(await insertRun(tx, tenantId, run))) return { mode: 'stop' }; // somebody was quicker: the next sweep goes on
  if (approvalId !== null) {
    await stopRun(deps, tx, { tenantId, run, approvalId, now });
    return { mode: 'stop' };
  }
  return { mode: 'claim', run: { ...run, resumeAt: null, claimed: 0, kept: 0, endedAt: null } };
}

type Judged =
  VolumeDecision | { readonly stop: true; readonly rule: 'disposal/unproven'; readonly reason: string };

/** Two evaluators that disagree are a reason to stop of their own, whatever the number. */
export function judge(plan: DisposalPlan, classes: readonly ClassVolume[], limits: VolumeLimits): Judged {
  const unproven = plan.sample.filter(({ proven }) => !proven);
  if (unproven.length === 0) return decideVolume(classes, limits);
  return {
    stop: true,
    rule: 'disposal/unproven',
    reason: `Of ${plan.sample.length} recordings drawn at random, ${unproven.length} may not go by the independent evaluator, or have a floor that has not ended.`,
  };
}

async function stopRun(
  deps: ActivityDependencies,
  tx: Tx,
  stopped: {
    readonly tenantId: string;
    readonly run: NewRun;
    readonly approvalId: string;
    readonly now: Date;
  },
): Promise<void> {
  const { tenantId, run, approvalId, now } = stopped;
  await askApproval(tx, {
    tenantId,
    id: approvalId,
    kind: 'disposal-run',
    subject: { type: 'disposal-run', id: run.id },
    act: 'disposal.approve',
    requestedBy: null,
    summary: `Dispose of ${run.dueExact ? '' : 'at least '}${run.due} recordings. ${run.reason ?? ''}`,
    facts: {
      recordings: run.due,
      exact: run.dueExact,
      ...Object.fromEntries(run.classes.map(({ retentionClass, due }) => [`class ${retentionClass}`, due])),
      sampled: run.sample.length,
      proven: run.sample.filter(({ proven }) => proven).length,
    },
    dueAt: new Date(now.getTime() + APPROVAL_MS),
    now,
    newId: deps.newId,
  });
  await appendLeaf(tx, tenantId, {
    at: now,
    act: 'disposal.stopped',
    object: { type: 'disposal-run', id: run.id },
    outcome: 'waiting',
    rules: [run.rule],
    facts: { recordings: run.due, exact: run.dueExact, approval: approvalId },
  });
}
