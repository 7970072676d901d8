import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { withdrawApprovalsAbout } from '../../recorder-core/records/ask-approval.ts';
import { addIncidentRecordings } from '../../recorder-core/records/open-incident.ts';
import {
  changeIncident,
  findStandingIncident,
  type PostMortem,
} from '../../recorder-core/records/incidents.ts';
import { announceIncident, noteIncident } from '../../recorder-core/records/note-incident.ts';
import { findUser } from '../../recorder-core/records/users.ts';
import { personIdOf, requireIncident, requireNext, requireStanding, type IncidentAsking } from './acting.ts';

/** Takes an incident on: nobody else is called any more. Doing it again changes nothing. */
export async function acknowledgeIncident(tx: Tx, asking: IncidentAsking, id: string): Promise<void> {
  const { incident, acting } = await requireIncident(tx, asking, id);
  requireStanding(incident);
  if (incident.acknowledgedAt !== null) return;
  const person = personIdOf(asking.by);
  await changeIncident(tx, id, {
    acknowledgedAt: asking.now,
    acknowledgedBy: person,
    ...(incident.owner === null && person !== null ? { ownerId: person } : {}),
  });
  await noteIncident(tx, acting, { kind: 'acknowledged', act: 'incident.acknowledged' });
  await announceIncident(tx, acting);
}

/** Gives an incident to a person. @throws HoldfastError `not_found`. */
export async function assignIncident(tx: Tx, asking: IncidentAsking, id: string, to: string): Promise<void> {
  const { incident, acting } = await requireIncident(tx, asking, id);
  requireStanding(incident);
  const owner = await findUser(tx, to);
  if (owner === undefined) throw new HoldfastError('not_found', 'There is no person of this name or id.');
  await changeIncident(tx, id, { ownerId: owner.id });
  await noteIncident(tx, acting, { kind: 'assigned', act: 'incident.noted', facts: { owner: owner.id } });
  await announceIncident(tx, acting);
}

/** Adds a note to the time line, and recordings to the evidence, which are frozen. @returns how many were new. */
export async function noteOnIncident(
  tx: Tx,
  asking: IncidentAsking,
  id: string,
  {
    note,
    recordingIds = [],
  }: { readonly note: string; readonly recordingIds?: readonly string[] | undefined },
): Promise<number> {
  const { incident, acting } = await requireIncident(tx, asking, id);
  requireStanding(incident);
  const recordings = await addIncidentRecordings(tx, asking.tenantId, id, recordingIds);
  await noteIncident(tx, acting, { kind: 'noted', act: 'incident.noted', facts: { recordings }, note });
  if (recordings > 0) await announceIncident(tx, acting);
  return recordings;
}

/** The harm goes no further. @throws HoldfastError `conflict`. */
export async function containIncident(
  tx: Tx,
  asking: IncidentAsking,
  id: string,
  note: string,
): Promise<void> {
  const { incident, acting } = await requireIncident(tx, asking, id);
  await changeIncident(tx, id, { state: requireNext(incident, 'contain') });
  await noteIncident(tx, acting, { kind: 'contained', act: 'incident.contained', note });
  await announceIncident(tx, acting);
}

/** The cause is gone. @throws HoldfastError `conflict`. */
export async function resolveIncident(
  tx: Tx,
  asking: IncidentAsking,
  id: string,
  resolution: string,
): Promise<void> {
  const { incident, acting } = await requireIncident(tx, asking, id);
  await changeIncident(tx, id, {
    state: requireNext(incident, 'resolve'),
    resolvedAt: asking.now,
    resolvedBy: personIdOf(asking.by),
    resolution,
  });
  await noteIncident(tx, acting, { kind: 'resolved', act: 'incident.resolved', note: resolution });
  await announceIncident(tx, acting);
}

/** What was learned; may be written anew until the incident is closed. @throws HoldfastError `conflict`. */
export async function writePostMortem(
  tx: Tx,
  asking: IncidentAsking,
  id: string,
  postMortem: PostMortem,
): Promise<void> {
  const { incident, acting } = await requireIncident(tx, asking, id);
  requireStanding(incident);
  await changeIncident(tx, id, {
    postMortem: JSON.stringify(postMortem),
    postMortemAt: asking.now,
    postMortemBy: personIdOf(asking.by),
  });
  await noteIncident(tx, acting, {
    kind: 'post-mortem',
    act: 'incident.noted',
    outcome: 'learned',
    note: postMortem.cause,
  });
  await announceIncident(tx, acting);
}

/**
 * Takes an incident up again; its clocks stand as they stood.
 * @throws HoldfastError `conflict` where it is open, or another of the same cause stands.
 */
export async function reopenIncident(
  tx: Tx,
  asking: IncidentAsking,
  id: string,
  reason: string,
): Promise<void> {
  const { incident, acting } = await requireIncident(tx, asking, id);
  const state = requireNext(incident, 'reopen');
  const standing = await findStandingIncident(tx, incident.key);
  if (standing !== undefined && standing.id !== id)
    throw new HoldfastError(
      'conflict',
      `Another incident of the same cause is open: ${standing.id}. Go on with that one.`,
    );
  const { tenantId, now, newId } = asking;
  await withdrawApprovalsAbout(
    tx,
    { kind: 'incident-close', subjectId: id },
    { tenantId, now, newId, reason },
  );
  await changeIncident(tx, id, {
    state,
    approvalId: null,
    closedAt: null,
    closedBy: null,
    resolvedAt: null,
    resolvedBy: null,
    resolution: null,
  });
  await noteIncident(tx, acting, { kind: 'reopened', act: 'incident.reopened', note: reason });
  await announceIncident(tx, acting);
}
