import {
  calledAtMs,
  classifyByMs,
  missingToClose,
} from '../../../../recorder-core/policy/incident-agenda.ts';
import type { IncidentLevel } from '../../../../recorder-core/policy/incident-levels.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { agendaOf } from '../../../../recorder-core/records/incident-agenda-of.ts';
import {
  clockStateOf,
  readIncidentClocks,
  type IncidentClock as ClockRow,
} from '../../../../recorder-core/records/incident-clocks.ts';
import { nameLevelTargets } from '../../../../recorder-core/records/incident-levels.ts';
import { readIncidentTickets } from '../../../../recorder-core/records/incident-tickets.ts';
import {
  readIncidentEntries,
  readIncidentRecordings,
  type Incident,
} from '../../../../recorder-core/records/incidents.ts';
import { missingInWords } from '../../../incidents/close-incident.ts';
import type { Caller } from '../../../access/caller.ts';
import { seenRecordings } from '../../seen-recordings.ts';
import type { IncidentClock, IncidentDetail, IncidentSummary } from '../../schemas/incident.ts';

/** An incident of a list, with its clocks as they stand now. */
export function presentIncident(incident: Incident, clocks: readonly ClockRow[], now: Date): IncidentSummary {
  const { id, kind, severity, state, title, detector, owner, detectedAt, openedAt, lastSeenAt } = incident;
  return {
    id,
    kind,
    severity,
    state,
    title,
    detector,
    owner,
    detectedAt,
    openedAt,
    lastSeenAt,
    occurrences: incident.occurrences,
    acknowledged: incident.acknowledgedAt !== null,
    classified: incident.classification !== null,
    clocks: clocks.map((clock) => presentClock(clock, now)),
  };
}

function presentClock(clock: ClockRow, now: Date): IncidentClock {
  const { id, ruleId, regime, duty, title, startEvent, startedAt, dueAt, verified, source } = clock;
  const { answeredAt, answeredBy, evidence, endReason } = clock;
  const state = clockStateOf(clock, now);
  const told = { answeredAt, answeredBy, evidence, endReason };
  return {
    id,
    rule: ruleId,
    regime,
    duty,
    title,
    startEvent,
    startedAt,
    dueAt,
    state,
    verified,
    source,
    ...told,
  };
}

/** Everything about one incident, as far as the caller may see it. */
export async function describeIncident(
  tx: Tx,
  caller: Caller,
  incident: Incident,
  now: Date,
): Promise<IncidentDetail> {
  const clocks = await readIncidentClocks(tx, [incident.id]);
  const tickets = await readIncidentTickets(tx, incident.id);
  const agenda = await agendaOf(tx, incident);
  const missing = missingToClose({
    ...agenda,
    postMortem: incident.postMortem !== null,
  });
  const titles = new Map(clocks.map((clock) => [clock.id, clock.title]));
  const { classification } = incident;
  return {
    ...presentIncident(incident, clocks, now),
    description: incident.description,
    reportedBy: incident.reportedBy,
    acknowledgedBy: incident.acknowledgedBy,
    escalation: incident.escalation,
    calls: await callsOf(tx, incident, agenda.levels),
    classifyBy: new Date(classifyByMs(incident.severity, Date.parse(incident.detectedAt))).toISOString(),
    traits: { ...classification?.traits },
    events: { ...classification?.events },
    resolution: incident.resolution,
    postMortem: incident.postMortem,
    approvalId: incident.approvalId,
    closedAt: incident.closedAt,
    follows: incident.follows,
    evidence: await evidenceOf(tx, caller, incident, now),
    tickets: tickets.map(({ connection, remoteId, remoteState, sentRevision, problem }) => ({
      connection,
      remoteId,
      remoteState,
      inStep: sentRevision >= incident.revision && problem === null,
      problem,
    })),
    missing:
      incident.state === 'closed' ? [] : missingInWords(missing, (clock) => titles.get(clock) ?? 'a clock'),
    timeline: (await readIncidentEntries(tx, incident.id)).map(({ by, ...entry }) => ({
      ...entry,
      by: by?.name ?? null,
    })),
  };
}

async function callsOf(
  tx: Tx,
  { openedAt, escalation }: Incident,
  levels: readonly IncidentLevel[],
): Promise<IncidentDetail['calls']> {
  const names = await nameLevelTargets(tx, {
    people: levels.flatMap(({ people }) => people),
    connections: levels.flatMap(({ connections }) => connections),
  });
  const namesOf = (ids: readonly string[]) => ids.flatMap((one) => names.get(one) ?? []);
  return levels.map((level, index) => ({
    at: new Date(calledAtMs(level, Date.parse(openedAt))).toISOString(),
    roles: [...level.roles],
    people: namesOf(level.people),
    connections: namesOf(level.connections),
    called: index < escalation,
  }));
}

/** What is frozen, with the recordings that the caller may see and the number of the others. */
async function evidenceOf(
  tx: Tx,
  caller: Caller,
  { id, matterId, frozenAt, ledger }: Incident,
  now: Date,
): Promise<IncidentDetail['evidence']> {
  const ids = await readIncidentRecordings(tx, id);
  const { recordingIds, withheld } = (await seenRecordings(tx, caller, now, ids))(ids);
  return { recordings: recordingIds, withheld, matterId, frozenAt, ledger };
}
