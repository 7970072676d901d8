import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  incidentStateAfter,
  type IncidentEvent,
  type IncidentState,
} from '../../recorder-core/policy/incident-state.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { lockIncident, type Incident } from '../../recorder-core/records/incidents.ts';
import type { IncidentActing, IncidentActor } from '../../recorder-core/records/note-incident.ts';
import type { RulePacks } from '../../recorder-core/records/rule-packs.ts';
import { carryTrace } from '../observability/tracing.ts';

/** Who acts on incidents, and by which rules; the same for the API, the command line and ticket systems. */
export interface IncidentAsking {
  readonly tenantId: string;
  readonly by: IncidentActor;
  readonly now: Date;
  readonly newId: (at: Date) => string;
  readonly packs: RulePacks;
}

/** An incident under its row lock, and everything an act on it needs. */
export interface HandledIncident {
  readonly incident: Incident;
  readonly acting: IncidentActing;
}

/** @throws HoldfastError `not_found`. */
export async function requireIncident(tx: Tx, asking: IncidentAsking, id: string): Promise<HandledIncident> {
  const incident = await lockIncident(tx, id);
  if (incident === undefined)
    throw new HoldfastError('not_found', 'There is no incident with this id in your tenant.');
  const { tenantId, by, now, newId } = asking;
  return { incident, acting: { tenantId, incidentId: id, by, now, newId, trace: carryTrace() } };
}

/** The state after an event. @throws HoldfastError `conflict` where it cannot happen now. */
export function requireNext(incident: Incident, event: IncidentEvent): IncidentState {
  const next = incidentStateAfter(incident.state, event);
  if (next !== undefined) return next;
  throw new HoldfastError('conflict', `This incident is ${incident.state}; that cannot be done to it now.`);
}

/** @throws HoldfastError `conflict` for an incident that is closed. */
export function requireStanding(incident: Incident): void {
  if (incident.state === 'closed')
    throw new HoldfastError(
      'conflict',
      'This incident is closed. Reopen it, with the reason, to go on with it.',
    );
}

/** The id of a person who acts; null for a system. */
export function personIdOf(by: IncidentActor): string | null {
  return by !== null && 'name' in by ? by.id : null;
}
