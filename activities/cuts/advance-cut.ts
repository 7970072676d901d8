import type { StatedPurpose } from '../../recorder-core/policy/restriction.ts';
import { isCutOver, type CutState } from '../../recorder-core/policy/cut.ts';
import { readApproval } from '../../recorder-core/records/approvals.ts';
import { moveCut, type RecordingCut } from '../../recorder-core/records/cuts.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { decideCut } from '../../recorder-core/records/decide-cut.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { readPartDisposal } from '../../recorder-core/records/part-disposals.ts';
import type { Explanation } from '../../recorder-core/records/explanation.ts';
import type { Recording } from '../../recorder-core/records/recordings.ts';
import { restrictRecording } from '../../recorder-core/records/restrictions.ts';
import type { CutActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { endCut, restrictionOf } from './end-cut.ts';
import { lockCut } from './lock-cut.ts';

type Step = Awaited<ReturnType<CutActivities['advanceCut']>>;

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
/** What keeps a span seldom ends from one hour to the next. */
const WAITING_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
/** What a span that has to go and may not yet is kept for. */
const KEPT_FOR: readonly StatedPurpose[] = ['legal-obligation', 'legal-claim'];

/** A cut with its recording, under its lock. */
interface Advancing {
  readonly tenantId: string;
  readonly cut: RecordingCut;
  readonly recording: Recording;
  readonly now: Date;
}

/** See `CutActivities.advanceCut`. */
export function advanceCut(deps: ActivityDependencies): CutActivities['advanceCut'] {
  return ({ tenantId, cutId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const advancing = { tenantId, now: deps.now(), ...(await lockCut(tx, cutId)) };
      const { cut, recording } = advancing;
      if (isCutOver(cut.state)) return over(advancing, cut.state);
      // A hold may still spare it; else the span goes with the rest.
      if (recording.state === 'disposing') return wait(advancing, cut.state, MINUTE_MS);
      if (recording.state === 'disposed') return end(deps, tx, advancing, 'void');
      if (cut.state === 'asked') return heedAnswer(deps, tx, advancing);
      if (cut.state === 'derived') return followDisposal(deps, tx, advancing);
      return decide(deps, tx, advancing);
    });
}

async function heedAnswer(deps: ActivityDependencies, tx: Tx, advancing: Advancing): Promise<Step> {
  const { cut } = advancing;
  const answer = (await readApproval(tx, cut.id))?.state;
  if (answer === 'open') return wait(advancing, 'asked', WAITING_MS);
  if (answer !== 'approved') return end(deps, tx, advancing, 'refused');
  await moveCut(tx, cut.id, 'approved');
  return decide(deps, tx, { ...advancing, cut: { ...cut, state: 'approved' } });
}

async function decide(deps: ActivityDependencies, tx: Tx, advancing: Advancing): Promise<Step> {
  const { cut, recording, now } = advancing;
  const { mayGo, explanation } = await decideCut(tx, recording, cut, now, await deps.packs.current(tx));
  if (!mayGo) return defer(deps, tx, advancing, explanation);
  if (cut.state === 'waiting') await moveCut(tx, cut.id, 'approved', { decision: null });
  return { state: 'approved', over: false, work: 'derive', nextAt: later(now, MINUTE_MS) };
}

/** The recording is locked away meanwhile: what has to go, and may not, is used for nothing but the duty that keeps it. */
async function defer(
  deps: ActivityDependencies,
  tx: Tx,
  advancing: Advancing,
  explanation: Explanation,
): Promise<Step> {
  const { tenantId, cut, now } = advancing;
  const rules = explanation.rules.map(({ id }) => id);
  await moveCut(tx, cut.id, 'waiting', { decision: explanation });
  if (cut.state !== 'waiting')
    await appendLeaf(tx, tenantId, {
      at: now,
      act: 'cut.deferred',
      object: { type: 'recording', id: cut.recordingId },
      outcome: 'waiting',
      rules,
      packDigest: explanation.packDigest,
      facts: { cut: cut.id, decision: explanation.outcome },
    });
  const why = 'A span is to be cut out of it, and something still keeps it.';
  const ground = { id: restrictionOf(cut), why, rules, purposes: KEPT_FOR };
  await restrictRecording(tx, cut.recordingId, ground, { tenantId, now, newId: deps.newId });
  return wait(advancing, 'waiting', WAITING_MS);
}

/** The old parts go by an order of their own; one that a hold has spared is given again once nothing keeps them. */
async function followDisposal(deps: ActivityDependencies, tx: Tx, advancing: Advancing): Promise<Step> {
  const { cut, now } = advancing;
  const order = cut.disposalId === null ? undefined : await readPartDisposal(tx, cut.disposalId);
  if (order?.state === 'certified') return end(deps, tx, advancing, 'cut');
  if (order?.state === 'spared') {
    await moveCut(tx, cut.id, 'approved', { disposalId: null });
    return decide(deps, tx, { ...advancing, cut: { ...cut, state: 'approved', disposalId: null } });
  }
  const elapsed = now.getTime() - Date.parse(cut.derivedAt ?? now.toISOString());
  return wait(advancing, 'derived', Math.min(Math.max(elapsed, SECOND_MS), HOUR_MS));
}

async function end(
  deps: ActivityDependencies,
  tx: Tx,
  advancing: Advancing,
  state: Extract<CutState, 'cut' | 'refused' | 'void'>,
): Promise<Step> {
  await endCut(deps, tx, advancing, state);
  return over(advancing, state);
}

function over({ now }: Advancing, state: CutState): Step {
  return { state, over: true, work: 'wait', nextAt: now.toISOString() };
}

function wait({ now }: Advancing, state: CutState, ms: number): Step {
  return { state, over: false, work: 'wait', nextAt: later(now, ms) };
}

function later(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}
