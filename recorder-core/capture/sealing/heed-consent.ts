import { askApproval } from '../../records/ask-approval.ts';
import {
  partyDigest,
  putChangeItem,
  standingChanges,
  type ConsentChange,
} from '../../records/consent-changes.ts';
import type { Tx } from '../../records/database.ts';
import { appendLeaf } from '../../records/ledger-log.ts';
import { restrictRecording } from '../../records/restrictions.ts';
import type { SealedRecording } from './seal-recording.ts';

/** In which transaction a recording is entered. */
interface Entering {
  readonly newId: (at: Date) => string;
  readonly now: () => Date;
}

const HOUR_MS = 3_600_000;

/**
 * Locks a recording that waits for a person to decide about a conflict of laws, and asks that person. Without an answer it
 * is disposed of: a recording that may not be is worse than one that is missing.
 */
export async function heedConflict(
  tx: Tx,
  { manifest, facts }: SealedRecording,
  entering: Entering,
): Promise<void> {
  const { tenantId, recordingId } = manifest;
  const { conflict } = facts.consent;
  if (conflict?.act !== 'person') return;
  const now = entering.now();
  const { newId } = entering;
  const ground = {
    id: `consent-conflict/${recordingId}`,
    why: 'The laws of several places contradict each other about this recording, and nobody has decided yet.',
    rules: conflict.rules,
    purposes: [],
  };
  await restrictRecording(tx, recordingId, ground, { tenantId, now, newId });
  const dueAt = new Date(Math.max(Date.parse(conflict.decideBy ?? ''), now.getTime() + HOUR_MS));
  await askApproval(tx, {
    tenantId,
    id: newId(now),
    kind: 'consent-conflict',
    subject: { type: 'recording', id: recordingId },
    act: 'consent.change',
    requestedBy: null,
    summary:
      'Keeps a recording about which laws of several places contradict each other. Refused, or not answered in time, it is disposed of. To keep one side only, have the other destroyed by a change of consent first.',
    facts: { conflict: conflict.kinds.join(', '), rules: conflict.rules.join(', ') },
    dueAt: Number.isNaN(dueAt.getTime()) ? new Date(now.getTime() + 24 * HOUR_MS) : dueAt,
    now,
    newId,
  });
}

/**
 * A party who withdrew or refused, and has not agreed since, is recognised by its address: the recording is locked before
 * anybody can use it. It was in progress, or waited in the spool, while the change was carried out, or came later.
 */
export async function heedStandingChanges(
  tx: Tx,
  { manifest, facts, parties }: SealedRecording,
  { newId, now }: Entering,
): Promise<void> {
  const { tenantId, recordingId } = manifest;
  const { outcome, mandated, packDigest, purpose = '', alsoFor = [] } = facts.consent;
  if (outcome !== 'ASSENT' && (mandated === true || outcome !== 'OWN_SIDE_ONLY')) return; // it rests on no consent
  const digests = new Map(
    parties.flatMap(({ ordinal, address }) => {
      const digest = address === null ? undefined : partyDigest(tenantId, address);
      return digest === undefined ? [] : [[ordinal, digest] as const];
    }),
  );
  const found = new Map<string, ConsentChange>();
  for (const one of [purpose, ...alsoFor]) {
    const standing = await standingChanges(tx, [...digests.values()], one);
    for (const [ordinal, digest] of digests) {
      const change = standing.get(digest.toString('hex'));
      if (change === undefined || change.kind === 'assented' || !wasTheirs(change, facts)) continue;
      if (!assentedSince(facts, ordinal, change.saidAt)) found.set(change.id, change);
    }
  }
  for (const change of found.values())
    await lock(tx, { tenantId, recordingId, packDigest }, change, { newId, now });
}

/** Numbers change hands: one that was somebody else's when the call took place is not the party's. */
function wasTheirs({ addressFrom, addressTo }: ConsentChange, facts: SealedRecording['facts']): boolean {
  const since = addressFrom === null || facts.endedAtMs >= Date.parse(addressFrom);
  return since && (addressTo === null || facts.startedAtMs < Date.parse(addressTo));
}

async function lock(
  tx: Tx,
  of: { readonly tenantId: string; readonly recordingId: string; readonly packDigest: string },
  change: ConsentChange,
  { newId, now }: Entering,
): Promise<void> {
  const { tenantId, recordingId, packDigest } = of;
  const at = now();
  const ground = 'The party has withdrawn its consent, or refused, and has not agreed since.';
  const restriction = { id: `consent-change/${change.id}`, why: ground, rules: [], purposes: OPEN_PURPOSES };
  await restrictRecording(tx, recordingId, restriction, { tenantId, now: at, newId });
  await putChangeItem(tx, tenantId, {
    changeId: change.id,
    recordingId,
    action: 'restricted',
    ground,
    rules: [],
    keptUntil: null,
    partDisposalId: null,
    decidedAt: at.toISOString(),
  });
  await appendLeaf(tx, tenantId, {
    at,
    act: 'consent.applied',
    object: { type: 'recording', id: recordingId },
    outcome: 'done',
    packDigest,
    facts: { change: change.id, kind: change.kind, action: 'restricted' },
  });
}

const OPEN_PURPOSES = ['legal-obligation', 'legal-claim', 'subject-request'] as const;

function assentedSince(facts: SealedRecording['facts'], ordinal: number, saidAt: string): boolean {
  return facts.notes.some(
    ({ note, parties }) =>
      note.kind === 'assented' &&
      note.at > saidAt &&
      parties.some((party) => facts.ordinals.get(party) === ordinal),
  );
}
