import { HoldfastError } from '../errors.ts';
import { isCutOver, placeInRecording } from '../policy/cut.ts';
import { askApproval } from './ask-approval.ts';
import { insertCut, listCuts, readCut, type NewCut, type RecordingCut } from './cuts.ts';
import type { Tx } from './database.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';
import { readParts } from './parts.ts';
import { lockRecording, type Recording } from './recordings.ts';

const DAY_MS = 86_400_000;
/** A second person has this long to answer. */
const ANSWER_DAYS = 7;

/** What is to be cut out, and on whose behalf. `labels` left out: every line. */
export interface CutOrder extends Pick<NewCut, 'recordingId' | 'fromMs' | 'toMs' | 'ground' | 'reason'> {
  readonly tenantId: string;
  readonly labels?: readonly string[] | undefined;
  readonly by: LeafPerson;
  readonly now: Date;
  readonly newId: (at: Date) => string;
  readonly trace?: Readonly<Record<string, string>>;
}

/**
 * Asks that a span of time is cut out of a recording: row, leaf, and the question to a second person. Nothing is touched before
 * they agree; whether the span may go is decided then, and again when it goes.
 * @throws HoldfastError `not_found`; `invalid_input` for a line or a time that the recording has not; `held` under a hold;
 * `conflict` while it is being stored, or where the same was asked and is not over; `gone` once it is being disposed of.
 */
export async function askCut(tx: Tx, order: CutOrder): Promise<RecordingCut> {
  const { tenantId, recordingId, fromMs, toMs, ground, reason, by, now } = order;
  const recording = await lockRecording(tx, recordingId);
  requireCuttable(recording);
  requireInside(recording, order);
  const labels = await linesToCut(tx, order);
  await requireNotAsked(tx, order, labels);
  const id = order.newId(now);
  const cut = { id, recordingId, labels, fromMs, toMs, ground, reason, askedBy: by };
  await insertCut(tx, tenantId, { ...cut, askedAt: now.toISOString() });
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'cut.asked',
      object: { type: 'recording', id: recordingId },
      outcome: 'waiting',
      facts: { cut: id, ground, fromMs, toMs, lines: labels },
    },
    { ...actedBy(by), reason },
  );
  await askApproval(tx, {
    tenantId,
    id,
    kind: 'recording-cut',
    subject: { type: 'cut', id },
    act: 'disposal.approve', // keys are destroyed, so whoever agrees proves their presence
    requestedBy: by,
    summary: `Cuts a span out of a recording for good: ${reason}`,
    facts: { ground, from: placeInRecording(fromMs), to: placeInRecording(toMs), lines: labels.join(', ') },
    dueAt: new Date(now.getTime() + ANSWER_DAYS * DAY_MS),
    now,
    newId: order.newId,
    ...(order.trace !== undefined && { trace: order.trace }),
  });
  return (await readCut(tx, id)) as RecordingCut;
}

function requireCuttable(recording: Recording | undefined): asserts recording is Recording {
  if (recording === undefined)
    throw new HoldfastError('not_found', 'There is no recording with this id in your tenant.');
  if (recording.state === 'captured')
    throw new HoldfastError(
      'conflict',
      'The recording is still being stored, so nothing is cut out of it. Try again in a few seconds.',
      { retryAfterMs: 5000 },
    );
  if (recording.state === 'disposing' || recording.state === 'disposed')
    throw new HoldfastError(
      'gone',
      'The recording is disposed of as a whole, so there is nothing to cut out. Its certificate says why.',
    );
  if (recording.held)
    throw new HoldfastError(
      'held',
      'The recording is held, so nothing is cut out of it, not even card data. Ask again once the hold is released.',
    );
}

function requireInside({ durationMs }: Recording, { fromMs, toMs }: CutOrder): void {
  if (fromMs < toMs && toMs <= durationMs) return;
  throw new HoldfastError(
    'invalid_input',
    `The span is not inside the recording, which lasts ${durationMs} ms. Give a beginning before its end, and an end within the recording.`,
    { field: '/body/toMs' },
  );
}

async function linesToCut(tx: Tx, { recordingId, labels }: CutOrder): Promise<string[]> {
  const media = (await readParts(tx, recordingId)).filter(
    ({ kind, destroyedAt }) => kind === 'media' && destroyedAt === null,
  );
  const known = [...new Set(media.flatMap(({ label }) => label ?? []))].sort();
  const wanted = labels === undefined ? known : [...new Set(labels)].sort();
  const strange = wanted.find((label) => !known.includes(label));
  if (strange === undefined && wanted.length > 0) return wanted;
  throw new HoldfastError(
    'invalid_input',
    wanted.length === 0
      ? 'The recording has no line of which anything is left, so nothing can be cut out.'
      : 'The recording has no such line, or nothing of it is left. Name lines by their labels, as the timeline has them.',
    { field: '/body/labels' },
  );
}

async function requireNotAsked(
  tx: Tx,
  { recordingId, fromMs, toMs }: CutOrder,
  labels: readonly string[],
): Promise<void> {
  const same = (await listCuts(tx, recordingId)).some(
    (cut) =>
      !isCutOver(cut.state) &&
      cut.fromMs === fromMs &&
      cut.toMs === toMs &&
      labels.every((label) => cut.labels.includes(label)),
  );
  if (same)
    throw new HoldfastError(
      'conflict',
      'The same was asked before and is not over. See the cuts of the recording.',
    );
}
