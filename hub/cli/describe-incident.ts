import { missingToClose } from '../../recorder-core/policy/incident-agenda.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { agendaOf } from '../../recorder-core/records/incident-agenda-of.ts';
import { clockStateOf, readIncidentClocks } from '../../recorder-core/records/incident-clocks.ts';
import { readIncidentEntries, type Incident } from '../../recorder-core/records/incidents.ts';
import { missingInWords } from '../incidents/close-incident.ts';

/** An incident in a line, with the clock that is due next. */
export async function describeInLine(tx: Tx, incident: Incident, now: Date): Promise<string> {
  const clocks = await readIncidentClocks(tx, [incident.id]);
  const next = clocks.find((clock) => ['running', 'missed'].includes(clockStateOf(clock, now)));
  const due =
    next === undefined ? '' : `  ${clockStateOf(next, now)}: ${next.title}, ${next.dueAt.slice(0, 16)}Z`;
  const { id, severity, state, title } = incident;
  return `${id}  ${severity.padEnd(8)} ${state.padEnd(9)} ${title}${due}\n`;
}

/** An incident with its clocks, what is missing to close it, and its time line. */
export async function describeInFull(tx: Tx, incident: Incident, now: Date): Promise<string> {
  const clocks = await readIncidentClocks(tx, [incident.id]);
  const titles = new Map(clocks.map((clock) => [clock.id, clock.title]));
  const missing = missingToClose({
    ...(await agendaOf(tx, incident)),
    postMortem: incident.postMortem !== null,
  });
  const { title, kind, severity, state, detectedAt, occurrences, owner } = incident;
  const lines = [
    title,
    `${kind}, ${severity}, ${state}; detected ${detectedAt}, seen ${occurrences} times; owner ${owner?.name ?? 'nobody'}`,
    ...clocks.map(
      (clock) =>
        `  ${clock.id}  ${clockStateOf(clock, now).padEnd(8)} ${clock.dueAt}  ${clock.title}${clock.verified ? '' : '  (rule not reviewed)'}`,
    ),
    ...(state === 'closed'
      ? []
      : missingInWords(missing, (id) => titles.get(id) ?? id).map((line) => `  → ${line}`)),
    ...(await readIncidentEntries(tx, incident.id)).map(
      ({ at, kind: what, by, note }) =>
        `  ${at}  ${what.padEnd(16)} ${by?.name ?? 'Holdfast'}${note === null ? '' : `: ${note}`}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** The clocks of an incident, a line each. */
export async function describeClocks(tx: Tx, id: string, now: Date): Promise<string> {
  const clocks = await readIncidentClocks(tx, [id]);
  if (clocks.length === 0) return 'No clock of the law runs.\n';
  return clocks
    .map((clock) => `${clock.id}  ${clockStateOf(clock, now).padEnd(8)} ${clock.dueAt}  ${clock.title}\n`)
    .join('');
}
