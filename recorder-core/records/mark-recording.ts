import { HoldfastError } from '../errors.ts';
import type { Tx } from './database.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';
import { insertOutbox } from './outbox.ts';
import { lockRecording } from './recordings.ts';

/** Of recordings of this classification most people are told nothing. */
const UNSEEN = 'interception';

/** What policies of access ask about a recording; a mark that is left out stays, null takes it away. */
export interface RecordingMarks {
  readonly department?: string | null | undefined;
  readonly classification?: string | null | undefined;
}

/** In which transaction, when, on whose behalf and why. */
export interface Marking {
  readonly tenantId: string;
  readonly now: Date;
  readonly newId: (at: Date) => string;
  readonly by: LeafPerson;
  readonly reason: string;
  readonly trace: Readonly<Record<string, string>>;
}

/**
 * Sets department and classification of a recording, from the commit on: every later decision about it asks for the new ones.
 * Raises its revision; the leaf has both values as they were and are. Answers false, and does nothing, where it has them.
 * @throws HoldfastError `not_found`; `held`, as marks are metadata that a hold freezes; `conflict` once it is being disposed of.
 */
export async function markRecording(
  tx: Tx,
  recordingId: string,
  marks: RecordingMarks,
  marking: Marking,
): Promise<boolean> {
  const recording = await lockRecording(tx, recordingId);
  if (recording === undefined)
    throw new HoldfastError('not_found', 'There is no recording with this id in your tenant.');
  const before = { department: recording.department, classification: recording.classification };
  const after = {
    department: marks.department === undefined ? before.department : marks.department,
    classification: marks.classification === undefined ? before.classification : marks.classification,
  };
  if (after.department === before.department && after.classification === before.classification) return false;
  if (recording.held)
    throw new HoldfastError(
      'held',
      'This recording is held, so its department and classification stay as they are. Change them once the hold is released.',
    );
  if (recording.state === 'disposing' || recording.state === 'disposed')
    throw new HoldfastError(
      'conflict',
      `This recording is ${recording.state}; nothing about it is changed any more.`,
    );
  await tx.query('update recording set department = $2, classification = $3 where id = $1', [
    recordingId,
    after.department,
    after.classification,
  ]);
  await insertOutbox(tx, {
    tenantId: marking.tenantId,
    id: marking.newId(marking.now),
    topic: 'recording.changed',
    payload: { recordingId },
    trace: { ...marking.trace },
  });
  await note(tx, recordingId, { before, after }, marking);
  return true;
}

/** A leaf can be read from the log's tiles by whoever reads the ledger: what is unseen is in it as a commitment only. */
async function note(
  tx: Tx,
  recordingId: string,
  facts: { readonly before: Required<RecordingMarks>; readonly after: Required<RecordingMarks> },
  { tenantId, now, by, reason }: Marking,
): Promise<void> {
  const secret = Object.values(facts).some(({ classification }) => classification === UNSEEN);
  const told = { before: named(facts.before), after: named(facts.after) };
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'recording.marked',
      object: { type: 'recording', id: recordingId },
      outcome: 'done',
      ...(secret ? {} : { facts: told }),
    },
    {
      ...actedBy(by),
      reason,
      ...(secret && { before: JSON.stringify(told.before), after: JSON.stringify(told.after) }),
    },
  );
}

function named({ department = null, classification = null }: RecordingMarks) {
  return { department, classification };
}
