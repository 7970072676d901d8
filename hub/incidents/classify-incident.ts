import { HoldfastError } from '../../recorder-core/errors.ts';
import type { IncidentTrait } from '../../recorder-core/policy/clock-rows.ts';
import type { Classification, DatedEvent } from '../../recorder-core/policy/incident-clocks.ts';
import type { Severity } from '../../recorder-core/policy/incident-state.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { settleClocks } from '../../recorder-core/records/incident-clocks.ts';
import { changeIncident, type Incident } from '../../recorder-core/records/incidents.ts';
import {
  announceIncident,
  noteClockChanges,
  noteIncident,
} from '../../recorder-core/records/note-incident.ts';
import { personIdOf, requireIncident, requireStanding, type IncidentAsking } from './acting.ts';

/** What is found out about an incident; what is left out stays as it was known before. */
export interface Finding {
  readonly traits?: { readonly [T in IncidentTrait]?: boolean | undefined } | undefined;
  /** Instants of events; an event that is not dated counts from the detection. */
  readonly events?: Partial<Record<DatedEvent, Date>> | undefined;
  /** Rule ids of clocks that are not owed, with the reason. */
  readonly notOwed?: Readonly<Record<string, string>> | undefined;
  readonly severity?: Severity | undefined;
  /** Why it is found so. */
  readonly reason: string;
}

/**
 * Classifies an incident, or classifies it anew: the clocks of the law start, move and end by it in the same transaction.
 * What was told already stays as it was told.
 * @throws HoldfastError `not_found`, `conflict` for a closed one, `invalid_input` for an event that is yet to come.
 */
export async function classifyIncident(
  tx: Tx,
  asking: IncidentAsking,
  incidentId: string,
  finding: Finding,
): Promise<void> {
  const { incident, acting } = await requireIncident(tx, asking, incidentId);
  requireStanding(incident);
  const { now, newId, packs, tenantId } = asking;
  const classification = merge(incident, finding, now);
  await changeIncident(tx, incidentId, {
    classification: JSON.stringify(classification),
    classifiedBy: personIdOf(asking.by),
    classifiedAt: now,
    ...(finding.severity === undefined ? {} : { severity: finding.severity }),
  });
  const holding = Object.entries(classification.traits).flatMap(([trait, holds]) => (holds ? [trait] : []));
  await noteIncident(tx, acting, {
    kind: 'classified',
    act: 'incident.classified',
    facts: {
      traits: holding.join(', '),
      ...(finding.severity === undefined ? {} : { severity: finding.severity }),
    },
    note: finding.reason,
  });
  const changes = await settleClocks(tx, tenantId, { ...incident, classification }, await packs.current(tx), {
    now,
    newId,
    reason: finding.reason,
  });
  await noteClockChanges(tx, acting, changes);
  await announceIncident(tx, acting);
}

function merge({ classification }: Incident, finding: Finding, now: Date): Classification {
  for (const [event, at] of Object.entries(finding.events ?? {})) {
    if (at > now)
      throw new HoldfastError('invalid_input', `The ${event} is in the future.`, {
        field: `/body/events/${event}`,
      });
  }
  const events = Object.entries(finding.events ?? {}).map(([event, at]) => [event, at.toISOString()]);
  const found = Object.entries(finding.traits ?? {}).filter(([, holds]) => holds !== undefined);
  const traits: Classification['traits'] = { ...classification?.traits, ...Object.fromEntries(found) };
  // To call it major, or material, is itself the event from which its clocks run.
  const byItself: Partial<Record<DatedEvent, string>> = {};
  if (finding.traits?.major === true && classification?.traits.major !== true)
    byItself.classification = now.toISOString();
  if (finding.traits?.material === true && classification?.traits.material !== true)
    byItself.materiality = now.toISOString();
  return {
    traits,
    events: {
      ...classification?.events,
      ...byItself,
      ...(Object.fromEntries(events) as Classification['events']),
    },
    notOwed: { ...classification?.notOwed, ...finding.notOwed },
  };
}
