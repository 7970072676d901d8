import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { keepDecision } from '../../recorder-core/records/apply-retention.ts';
import { decideRecording } from '../../recorder-core/records/decide-recording.ts';
import { insertOutbox } from '../../recorder-core/records/outbox.ts';
import { addClasses, lockRecording, type Recording } from '../../recorder-core/records/recordings.ts';
import { upsertTrigger, type ReportedTrigger } from '../../recorder-core/records/retention-triggers.ts';
import { carryTrace } from '../observability/tracing.ts';
import { noteRules, type RulesAsking } from './note-rules.ts';

/** The date of a recording after something about it became known. */
export interface RecomputedDate {
  readonly recordingId: string;
  readonly retainUntil: string | null;
}

/**
 * Takes in that an event happened from which periods of a recording run, and computes its date anew. It may end a floor that
 * stood open, so the recording is kept for the pack's grace at least; an event to come is not taken.
 * @throws HoldfastError `not_found`, `conflict` once it is being disposed of, `invalid_input` for an event to come.
 */
export async function reportTrigger(
  tx: Tx,
  asking: RulesAsking,
  report: { readonly recordingId: string; readonly trigger: ReportedTrigger; readonly at: string },
): Promise<RecomputedDate> {
  if (Date.parse(report.at) > asking.now.getTime()) {
    throw new HoldfastError(
      'invalid_input',
      'The event has not happened yet, and plans change. Report it when it has.',
      { field: 'at' },
    );
  }
  const recording = await requireKept(tx, report.recordingId);
  const reportedAt = asking.now.toISOString();
  await upsertTrigger(tx, asking.tenantId, recording.id, { ...report, reportedAt, by: asking.person.id });
  await noteRules(tx, asking, {
    act: 'trigger.reported',
    object: { type: 'recording', id: recording.id },
    outcome: 'done',
    facts: { trigger: report.trigger, at: report.at },
  });
  return recompute(tx, asking, recording);
}

/** Adds classes to a recording and computes its date anew; a class is never taken away. Errors as `reportTrigger`, and `held`. */
export async function classifyRecording(
  tx: Tx,
  asking: RulesAsking,
  { recordingId, classes }: { readonly recordingId: string; readonly classes: readonly string[] },
): Promise<RecomputedDate> {
  const recording = await requireKept(tx, recordingId);
  const there = [recording.retentionClass, ...recording.furtherClasses];
  const added = [...new Set(classes)].filter((name) => !there.includes(name)).sort();
  if (added.length === 0) return { recordingId, retainUntil: recording.retainUntil };
  if (recording.held)
    throw new HoldfastError(
      'held',
      'This recording is held, so its classes stay as they are, and nothing of it is destroyed. Add them once the hold is released.',
    );
  const furtherClasses = await addClasses(tx, recordingId, added);
  await noteRules(tx, asking, {
    act: 'recording.classified',
    object: { type: 'recording', id: recordingId },
    outcome: 'done',
    facts: { added },
  });
  return recompute(tx, asking, { ...recording, furtherClasses });
}

async function requireKept(tx: Tx, id: string): Promise<Recording> {
  const recording = await lockRecording(tx, id);
  if (recording === undefined)
    throw new HoldfastError('not_found', 'There is no recording with this id in your tenant.');
  if (recording.state === 'disposing' || recording.state === 'disposed') {
    throw new HoldfastError(
      'conflict',
      `This recording is ${recording.state}; nothing about it is decided any more.`,
    );
  }
  return recording;
}

async function recompute(tx: Tx, asking: RulesAsking, recording: Recording): Promise<RecomputedDate> {
  const recordingId = recording.id;
  if (recording.state !== 'retained') return { recordingId, retainUntil: null }; // its first date is still to come
  const rules = await asking.packs.current(tx);
  const decided = await decideRecording(tx, recording, asking.now, rules);
  await keepDecision(tx, recordingId, decided, asking.now);
  await insertOutbox(tx, {
    tenantId: asking.tenantId,
    id: asking.newId(asking.now),
    topic: 'recording.changed',
    payload: { recordingId },
    trace: carryTrace(),
  });
  return { recordingId, retainUntil: decided.retainUntil };
}
