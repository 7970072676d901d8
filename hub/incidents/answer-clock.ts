import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import {
  answerClocks,
  clockStateOf,
  readIncidentClocks,
  settleClocks,
} from '../../recorder-core/records/incident-clocks.ts';
import { changeIncident } from '../../recorder-core/records/incidents.ts';
import {
  announceIncident,
  noteClockChanges,
  noteIncident,
} from '../../recorder-core/records/note-incident.ts';
import { personIdOf, requireIncident, requireStanding, type IncidentAsking } from './acting.ts';

/** What was told to whom. */
export interface ClockAnswer {
  readonly clockId: string;
  /** When it was told; now where it is left out. */
  readonly at?: Date | undefined;
  /** What proves it: a reference number, where the receipt is. */
  readonly evidence: string;
}

/**
 * Notes that a duty was done: it answers every clock of the same regime and duty, and clocks that follow from it start.
 * @throws HoldfastError `not_found`, `conflict` where it was answered or is not owed, `invalid_input` for a time that is
 *   before its start or yet to come.
 */
export async function answerClock(
  tx: Tx,
  asking: IncidentAsking,
  incidentId: string,
  answer: ClockAnswer,
): Promise<void> {
  const { incident, acting } = await requireIncident(tx, asking, incidentId);
  requireStanding(incident);
  const { now, newId, packs, tenantId, by } = asking;
  const at = answer.at ?? now;
  const clock = (await readIncidentClocks(tx, [incidentId])).find(({ id }) => id === answer.clockId);
  if (clock === undefined) throw new HoldfastError('not_found', 'This incident has no clock with this id.');
  if (at > now || at.toISOString() < incident.detectedAt)
    throw new HoldfastError('invalid_input', 'It was told between the detection and now; this time is not.', {
      field: '/body/at',
    });
  const answered = await answerClocks(tx, clock, {
    at,
    by: personIdOf(by),
    notedAt: now,
    evidence: answer.evidence,
  });
  if (!answered.some(({ id }) => id === clock.id))
    throw new HoldfastError('conflict', 'This clock was answered before, or it is not owed any more.');
  for (const one of answered) {
    await noteIncident(tx, acting, {
      kind: 'clock-answered',
      act: 'clock.answered',
      outcome: clockStateOf(one, now),
      rules: [one.ruleId],
      facts: { regime: one.regime, duty: one.duty, dueAt: one.dueAt, at: at.toISOString() },
      note: answer.evidence,
    });
  }
  await changeIncident(tx, incidentId, {});
  const changes = await settleClocks(tx, tenantId, incident, await packs.current(tx), {
    now,
    newId,
    reason: 'By the rules in force now it is not owed.',
  });
  await noteClockChanges(tx, acting, changes);
  await announceIncident(tx, acting);
}
