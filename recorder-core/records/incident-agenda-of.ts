import type { AgendaIncident } from '../policy/incident-agenda.ts';
import type { Tx } from './database.ts';
import { agendaClockOf, readIncidentClocks } from './incident-clocks.ts';
import { readIncidentLevels } from './incident-levels.ts';
import { countIncidentEntries, type Incident } from './incidents.ts';

/** An incident as its agenda looks at it. */
export async function agendaOf(tx: Tx, incident: Incident): Promise<AgendaIncident> {
  const clocks = await readIncidentClocks(tx, [incident.id]);
  return {
    state: incident.state,
    severity: incident.severity,
    detectedAtMs: Date.parse(incident.detectedAt),
    openedAtMs: Date.parse(incident.openedAt),
    levels: (await readIncidentLevels(tx)).levels[incident.severity],
    acknowledged: incident.acknowledgedAt !== null,
    escalation: incident.escalation,
    classified: incident.classification !== null,
    assumed: (await countIncidentEntries(tx, incident.id, 'assumed')) > 0,
    resolvedAtMs: incident.resolvedAt === null ? null : Date.parse(incident.resolvedAt),
    closeReminders: await countIncidentEntries(tx, incident.id, 'close-reminded'),
    clocks: clocks.map(agendaClockOf),
  };
}
