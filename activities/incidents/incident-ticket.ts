import type { IncidentTicket } from '../../connectors/kit/record.ts';
import { missingToClose, type MissingPart } from '../../recorder-core/policy/incident-agenda.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { agendaOf } from '../../recorder-core/records/incident-agenda-of.ts';
import {
  clockStateOf,
  readIncidentClocks,
  type IncidentClock,
} from '../../recorder-core/records/incident-clocks.ts';
import { readIncident, type Incident } from '../../recorder-core/records/incidents.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** The ticket of an incident as it stands now; undefined where there is no such incident. */
export async function incidentTicketOf(
  deps: Pick<ActivityDependencies, 'linkToIncident' | 'now'>,
  tx: Tx,
  tenantId: string,
  incidentId: string,
): Promise<IncidentTicket | undefined> {
  const incident = await readIncident(tx, incidentId);
  if (incident === undefined) return undefined;
  const clocks = await readIncidentClocks(tx, [incidentId]);
  const missing = missingToClose({
    ...(await agendaOf(tx, incident)),
    postMortem: incident.postMortem !== null,
  });
  return documentOf(tenantId, incident, clocks, missing, deps.linkToIncident(incidentId), deps.now());
}

/** An incident as ticket systems see it: nothing that anybody wrote, and nobody's name. */
function documentOf(
  tenantId: string,
  incident: Incident,
  clocks: readonly IncidentClock[],
  missing: readonly MissingPart[],
  link: string,
  now: Date,
): IncidentTicket {
  const { id, revision, state, severity, kind, title, detectedAt, openedAt, occurrences, escalation } =
    incident;
  const titles = new Map(clocks.map((clock) => [clock.id, clock.title]));
  return {
    kind: 'ticket',
    schemaVersion: 1,
    id,
    tenantId,
    revision,
    state,
    severity,
    incidentKind: kind,
    title,
    detectedAt,
    openedAt,
    occurrences,
    escalation,
    clocks: clocks
      .slice(0, 64)
      .map((clock) => ({ title: clock.title, dueAt: clock.dueAt, state: clockStateOf(clock, now) })),
    missing: state === 'closed' ? [] : missing.slice(0, 64).map((part) => sentenceOf(part, titles)),
    link,
  };
}

function sentenceOf(part: MissingPart, titles: ReadonlyMap<string, string>): string {
  switch (part.rule) {
    case 'incident/unclassified':
      return 'It is not classified: until it is, every clock runs that could.';
    case 'incident/unresolved':
      return 'It is not resolved.';
    case 'incident/post-mortem':
      return 'The post-mortem is not written.';
    case 'incident/clock':
      return `Not told yet: ${titles.get(part.clockId) ?? 'a clock'}.`;
  }
}
