import { decideChange, type ChangeAction } from '../../recorder-core/policy/consent-change.ts';
import {
  isOvertaken,
  listChangeItems,
  putChangeItem,
  type ConsentChange,
} from '../../recorder-core/records/consent-changes.ts';
import { insertEvidence } from '../../recorder-core/records/consent-evidence.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { decideRecording, type DecidedRetention } from '../../recorder-core/records/decide-recording.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { insertOutbox } from '../../recorder-core/records/outbox.ts';
import { askPartDisposal } from '../../recorder-core/records/part-disposals.ts';
import { readParts } from '../../recorder-core/records/parts.ts';
import { readParties } from '../../recorder-core/records/parties.ts';
import { setRetention } from '../../recorder-core/records/recording-retention.ts';
import { lockRecording, type Recording } from '../../recorder-core/records/recordings.ts';
import { liftRestriction, restrictRecording } from '../../recorder-core/records/restrictions.ts';
import type { Rulebook } from '../../recorder-core/policy/rulebook.ts';
import type { ActivityDependencies } from '../dependencies.ts';

type Deps = Pick<ActivityDependencies, 'now' | 'newId' | 'packs'>;

/** One recording under its lock, and the side of the party. */
interface Subject {
  readonly tenantId: string;
  readonly change: ConsentChange;
  readonly recording: Recording;
  readonly ordinals: readonly number[];
  /** Media parts of the party alone, where others are recorded beside it. */
  readonly side: readonly string[];
  readonly rules: Rulebook;
  readonly now: Date;
}

/**
 * Carries a change out on one recording, in the running transaction and under the recording's lock, which placing a hold
 * takes too: a hold that came first is seen, one that comes later finds the result. Done once; again it changes nothing.
 */
export async function applyToRecording(
  deps: Deps,
  tx: Tx,
  tenantId: string,
  change: ConsentChange,
  recordingId: string,
  ordinals: readonly number[],
): Promise<void> {
  const recording = await lockRecording(tx, recordingId);
  if (recording === undefined) return;
  const done = await listChangeItems(tx, { changeId: change.id, recordingId }, 1);
  if (done.length > 0) return;
  const rules = await deps.packs.current(tx);
  const now = deps.now();
  const side = await sideOf(tx, recordingId, ordinals);
  const subject = { tenantId, change, recording, ordinals, side, rules, now };
  // What stands against an approved erasure stands against this.
  const asked = { id: change.id, kind: 'erasure', state: 'approved' } as const;
  const decided = await decideRecording(tx, recording, now, rules, [asked]);
  const action = (await isOvertaken(tx, change, recordingId)) ? OVERTAKEN : actionFor(subject, decided);
  const partDisposalId = await carryOut(deps, tx, subject, action, decided);
  await note(deps, tx, subject, action, decided, partDisposalId);
}

const OVERTAKEN: ChangeAction = {
  action: 'noted',
  ground: 'The party has said something else later, and that counts.',
};

function actionFor({ change, recording, side }: Subject, decided: DecidedRetention): ChangeAction {
  const { outcome, mandated } = recording.consent;
  return decideChange({
    kind: change.kind,
    effect: change.effect,
    over: recording.state === 'disposing' || recording.state === 'disposed',
    separable: side.length > 0,
    outcome,
    otherBasis: mandated === true && outcome !== 'ASSENT',
    verdict: decided.decision.decision,
  });
}

/** Media parts on which the party speaks alone; none where it shares a line, or nothing else would be left. */
async function sideOf(tx: Tx, recordingId: string, ordinals: readonly number[]): Promise<string[]> {
  const parties = await readParties(tx, [recordingId]);
  const mine = new Set(parties.filter(({ ordinal }) => ordinals.includes(ordinal)).map(({ label }) => label));
  const others = new Set(
    parties.filter(({ ordinal }) => !ordinals.includes(ordinal)).map(({ label }) => label),
  );
  const media = (await readParts(tx, recordingId)).filter(
    ({ kind, destroyedAt }) => kind === 'media' && destroyedAt === null,
  );
  const side = media.filter(({ label }) => label !== null && mine.has(label) && !others.has(label));
  return side.length < media.length ? side.map(({ id }) => id) : [];
}

/** Answers the id of the order, where one side is destroyed. */
async function carryOut(
  deps: Deps,
  tx: Tx,
  { tenantId, change, recording, side, rules, now }: Subject,
  { action, ground }: ChangeAction,
  { decision }: DecidedRetention,
): Promise<string | null> {
  const { id: recordingId } = recording;
  const restricting = { tenantId, now, newId: deps.newId };
  if (action === 'lifted') {
    for (const groundId of liftedBy(change, recording))
      await liftRestriction(tx, recordingId, groundId, restricting);
    return null;
  }
  if (action === 'restricted' || action === 'disposal-due') {
    const ids = decision.rules.filter(({ binding }) => binding).map(({ id }) => id);
    const restriction = { id: groundOf(change), why: ground, rules: ids, purposes: OPEN_PURPOSES };
    await restrictRecording(tx, recordingId, restriction, restricting);
  }
  if (action === 'disposal-due') {
    const asked = { id: change.id, kind: 'erasure', state: 'approved' } as const;
    const due = await decideRecording(tx, recording, now, rules, [asked]);
    await setRetention(tx, recordingId, due.explanation, due.retainUntil);
  }
  if (action !== 'side-destroyed') return null;
  const id = deps.newId(now);
  await askPartDisposal(tx, { tenantId, id, recordingId, partIds: side, ground: 'consent-withdrawn', now });
  await insertOutbox(tx, {
    tenantId,
    id: deps.newId(now),
    topic: 'recording.changed',
    payload: { recordingId },
    trace: {},
  });
  return id;
}

/** What the law may still need it for; the party's own requests too. */
const OPEN_PURPOSES = ['legal-obligation', 'legal-claim', 'subject-request'] as const;

function groundOf({ id }: ConsentChange): string {
  return `consent-change/${id}`;
}

/** An assent takes back the locks of withdrawals; the answer to a conflict takes the lock of the conflict alone. */
function liftedBy({ kind }: ConsentChange, { restriction }: Recording): string[] {
  const prefix = kind === 'conflict-kept' ? 'consent-conflict/' : 'consent-change/';
  return (restriction?.grounds ?? []).map(({ id }) => id).filter((id) => id.startsWith(prefix));
}

async function note(
  deps: Deps,
  tx: Tx,
  { tenantId, change, recording, ordinals, now }: Subject,
  { action, ground }: ChangeAction,
  { decision, retainUntil }: DecidedRetention,
  partDisposalId: string | null,
): Promise<void> {
  const { id: recordingId } = recording;
  const kept = action === 'restricted' || action === 'kept';
  const rules = kept ? decision.rules.filter(({ binding }) => binding).map(({ id }) => id) : [];
  await putChangeItem(tx, tenantId, {
    changeId: change.id,
    recordingId,
    action,
    ground,
    rules,
    keptUntil: kept ? retainUntil : null,
    partDisposalId,
    decidedAt: now.toISOString(),
  });
  const { kind } = change;
  if (kind === 'assented' || kind === 'refused' || kind === 'withdrawn') {
    const { purpose, saidAt } = change;
    const said = { kind, purpose, saidAt, recordingId, partyOrdinals: ordinals, label: null, prompt: null };
    const id = deps.newId(now);
    await insertEvidence(tx, tenantId, [{ ...said, id, offsetMs: null, source: 'change' }], now);
  }
  await appendLeaf(tx, tenantId, {
    at: now,
    act: 'consent.applied',
    object: { type: 'recording', id: recordingId },
    outcome: 'done',
    rules,
    packDigest: decision.packDigest,
    facts: {
      change: change.id,
      kind,
      action,
      ...(partDisposalId !== null && { partDisposal: partDisposalId }),
    },
  });
}
