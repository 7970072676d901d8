import type { Recording } from '../../recorder-core/records/recordings.ts';
import { nextLook } from '../../recorder-core/records/apply-retention.ts';
import { decideRecording } from '../../recorder-core/records/decide-recording.ts';
import { askPartDisposal } from '../../recorder-core/records/part-disposals.ts';
import { readOwnLines } from '../../recorder-core/records/own-lines.ts';
import { readParts } from '../../recorder-core/records/parts.ts';
import { setRetention } from '../../recorder-core/records/recording-retention.ts';
import { lockRecording } from '../../recorder-core/records/recordings.ts';
import { moveItem } from '../../recorder-core/records/request-items.ts';
import { restrictRecording } from '../../recorder-core/records/restrictions.ts';
import type { ItemWork } from './fulfil-request.ts';
import { done, receipt, retained } from './item-receipts.ts';
import { settleItem } from './settle-item.ts';

const REVIEW_MS = 365 * 86_400_000;

/** Orders what was decided about one item; answers what it waits for, undefined where it is settled at once. */
export async function orderItem(work: ItemWork): Promise<string | undefined> {
  const { deps, tx, item } = work;
  const recording = await lockRecording(tx, item.recordingId);
  if (recording === undefined || recording.state === 'disposing' || recording.state === 'disposed')
    return follow(work); // already on its way out, or gone: that is told, not "never there"
  switch (item.decision) {
    case 'give':
    case 'give-side':
      return follow(work);
    case 'withhold':
    case 'keep': {
      const reviewAt = new Date(deps.now().getTime() + REVIEW_MS).toISOString();
      await receipt(work, 'recording', 'retained', { ground: item.ground, reviewAt, checked: true });
      await done(work);
      return undefined;
    }
    case 'restrict':
      await restrict(work, recording, []);
      return undefined;
    case 'erase':
      return erase(work, recording);
    case 'erase-side':
      return eraseSide(work, recording);
  }
}

/** Ordered; from here on it is looked at until it is settled. */
async function follow(work: ItemWork, partDisposalId?: string): Promise<string | undefined> {
  const { deps, tx, request, item } = work;
  const at = deps.now().toISOString();
  await moveItem(tx, request.id, item.recordingId, 'ordered', {
    at,
    ...(partDisposalId !== undefined && { partDisposalId }),
  });
  return settleItem({ ...work, item: { ...item, state: 'ordered', orderedAt: at } });
}

/**
 * The ordinary way of disposal, with the approved erasure as a fact: the recording is due at once, and the sweep decides again
 * before anything goes. What a floor keeps is restricted; what a hold keeps waits, and goes when nothing keeps it any more.
 */
async function erase(work: ItemWork, recording: Recording): Promise<string | undefined> {
  const { deps, tx } = work;
  const now = deps.now();
  const decided = await decideRecording(tx, recording, now, await deps.packs.current(tx));
  const { decision, explanation } = decided;
  if (decision.decision === 'RESTRICT') {
    const date = decision.retainUntil ?? recording.retainUntil;
    await setRetention(tx, recording.id, explanation, date, nextLook(decided, now));
    await restrict(
      work,
      recording,
      explanation.rules.map(({ id }) => id),
    );
    await retained(work, 'restricted', explanation);
    return undefined;
  }
  await setRetention(tx, recording.id, explanation, now.toISOString());
  if (decision.decision === 'DISPOSE') return follow(work);
  await retained(work, 'retained', explanation);
  return undefined;
}

/** The lines of the person and the signalling, which names both sides and cannot be divided. */
async function eraseSide(work: ItemWork, recording: Recording): Promise<string | undefined> {
  const { deps, tx, tenantId, request, item } = work;
  const now = deps.now();
  const lines = await readOwnLines(tx, recording.id, item.partyIds);
  if (lines === undefined) {
    await receipt(work, 'objects', 'unsupported', {
      ground: 'request/one-line',
      detail:
        'Both sides are on one line, or it is not known on which the person spoke: only the whole can be erased.',
    });
    await done(work);
    return undefined;
  }
  const parts = (await readParts(tx, recording.id)).filter(
    ({ kind, label }) => kind === 'metadata' || (kind === 'media' && label !== null && lines.includes(label)),
  );
  const id = deps.newId(now);
  await askPartDisposal(tx, {
    tenantId,
    id,
    recordingId: recording.id,
    partIds: parts.map((part) => part.id),
    ground: 'erasure',
    requestId: request.id,
    ...(request.approvalId !== null && { approvalId: request.approvalId }),
    now,
  });
  await moveItem(tx, request.id, item.recordingId, 'ordered', { at: now.toISOString(), partDisposalId: id });
  return 'the destruction of one side of a call';
}

async function restrict(work: ItemWork, recording: Recording, rules: readonly string[]): Promise<void> {
  const { deps, tx, tenantId, request } = work;
  const ground = {
    id: `request/${request.id}`,
    why: 'A person has asked that it be used no more than the law demands.',
    rules: rules.length > 0 ? rules : [`request/${request.kind}`],
    purposes: ['legal-obligation', 'legal-claim'] as const,
  };
  await restrictRecording(tx, recording.id, ground, { tenantId, now: deps.now(), newId: deps.newId });
  if (rules.length > 0) return;
  await receipt(work, 'recording', 'restricted', { ground: ground.rules[0] ?? null, checked: true });
  await done(work);
}
