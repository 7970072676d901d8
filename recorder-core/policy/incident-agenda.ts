/** What time does to an incident, and what is missing before it can be closed. Pure. */
import type { IncidentLevel } from './incident-levels.ts';
import type { IncidentState, Severity } from './incident-state.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A clock as time looks at it. Times are milliseconds. */
export interface AgendaClock {
  readonly id: string;
  readonly startedAtMs: number;
  readonly dueAtMs: number;
  readonly answeredAtMs: number | null;
  readonly endedAtMs: number | null;
  /** Reminders that were noted. */
  readonly reminders: number;
  /** Whether it was noted that its time is over. */
  readonly missed: boolean;
}

/** Where a clock stands: told in time, told late, not told and over, not owed, or running. */
export type ClockState = 'running' | 'answered' | 'late' | 'missed' | 'ended';

/** The state of a clock at a moment. */
export function clockStateAt(
  clock: Pick<AgendaClock, 'dueAtMs' | 'answeredAtMs' | 'endedAtMs'>,
  nowMs: number,
): ClockState {
  if (clock.answeredAtMs !== null) return clock.answeredAtMs > clock.dueAtMs ? 'late' : 'answered';
  if (clock.endedAtMs !== null) return 'ended';
  return nowMs >= clock.dueAtMs ? 'missed' : 'running';
}

const CLASSIFY_WITHIN: Readonly<Record<Severity, number>> = {
  critical: 4 * HOUR_MS,
  high: 4 * HOUR_MS,
  medium: DAY_MS,
  low: 3 * DAY_MS,
};

/** Until when an incident has to be classified; after it every clock runs that could (rule `incident/unclassified`). */
export function classifyByMs(severity: Severity, detectedAtMs: number): number {
  return detectedAtMs + CLASSIFY_WITHIN[severity];
}

/** Reminders of a clock come after these shares of its time. */
const REMIND_AT = [0.5, 0.75, 0.9] as const;
/** How long after it was resolved an incident that is not closed is brought to mind, each once. */
const CLOSE_REMINDERS_MS = [7 * DAY_MS, 14 * DAY_MS, 30 * DAY_MS] as const;

/** What of an incident decides what time does to it. */
export interface AgendaIncident {
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly detectedAtMs: number;
  readonly openedAtMs: number;
  readonly acknowledged: boolean;
  /** Who is called while nobody has taken it on. */
  readonly levels: readonly IncidentLevel[];
  /** Levels that were called. */
  readonly escalation: number;
  readonly classified: boolean;
  /** Whether it was noted that nobody classified it in time. */
  readonly assumed: boolean;
  readonly resolvedAtMs: number | null;
  readonly closeReminders: number;
  readonly clocks: readonly AgendaClock[];
}

/** What is due by now, and when to look again; null where nothing more comes by time alone. */
export interface Agenda {
  /** Levels that have to have been called. */
  readonly escalation: number;
  /** Nobody classified it in time: from now on every clock runs that could. */
  readonly assumeStrictest: boolean;
  readonly reminders: readonly { readonly clockId: string; readonly reminders: number }[];
  /** Ids of the clocks whose time is over without an answer, and of which that is not noted yet. */
  readonly missed: readonly string[];
  readonly closeReminders: number;
  readonly nextAtMs: number | null;
}

/** What time has made due; what was missed while nobody looked is made up for at once, each once. */
export function agendaAt(incident: AgendaIncident, nowMs: number): Agenda {
  const over = incident.state === 'closed';
  const levels = incident.levels.map((level) => calledAtMs(level, incident.openedAtMs));
  const calls = !over && !incident.acknowledged && incident.state !== 'resolved' ? levels : [];
  const classifyBy = classifyByMs(incident.severity, incident.detectedAtMs);
  const unclassified = !over && !incident.classified && !incident.assumed;
  const running = incident.clocks.filter(
    ({ answeredAtMs, endedAtMs }) => answeredAtMs === null && endedAtMs === null,
  );
  const closing =
    incident.state === 'resolved'
      ? CLOSE_REMINDERS_MS.map((after) => (incident.resolvedAtMs ?? 0) + after)
      : [];
  const moments = [
    ...calls,
    ...(unclassified ? [classifyBy] : []),
    ...running.flatMap((clock) => [...remindersOf(clock), clock.dueAtMs]),
    ...closing,
  ].filter((at) => at > nowMs);
  return {
    escalation: Math.max(incident.escalation, countDue(calls, nowMs)),
    assumeStrictest: unclassified && nowMs >= classifyBy,
    reminders: running
      .map((clock) => ({ clock, reminders: countDue(remindersOf(clock), nowMs) }))
      .filter(({ clock, reminders }) => reminders > clock.reminders && nowMs < clock.dueAtMs)
      .map(({ clock, reminders }) => ({ clockId: clock.id, reminders })),
    missed: running.filter(({ missed, dueAtMs }) => !missed && nowMs >= dueAtMs).map(({ id }) => id),
    closeReminders: Math.max(incident.closeReminders, countDue(closing, nowMs)),
    nextAtMs: moments.length === 0 ? null : Math.min(...moments),
  };
}

/** When a level is called, if nobody has taken the incident on by then. */
export function calledAtMs(
  { afterMinutes }: Pick<IncidentLevel, 'afterMinutes'>,
  openedAtMs: number,
): number {
  return openedAtMs + afterMinutes * MINUTE_MS;
}

function remindersOf({ startedAtMs, dueAtMs }: AgendaClock): readonly number[] {
  return REMIND_AT.map((share) => Math.ceil(startedAtMs + (dueAtMs - startedAtMs) * share));
}

function countDue(moments: readonly number[], nowMs: number): number {
  return moments.filter((at) => at <= nowMs).length;
}

/** What stands between an incident and its closing; each is a rule of its own. */
export type MissingPart =
  | { readonly rule: 'incident/unclassified' }
  | { readonly rule: 'incident/unresolved' }
  | { readonly rule: 'incident/post-mortem' }
  | { readonly rule: 'incident/clock'; readonly clockId: string };

/** Everything that is missing before it can be closed; empty when it can. */
export function missingToClose(
  incident: Pick<AgendaIncident, 'state' | 'classified' | 'clocks'> & { readonly postMortem: boolean },
): readonly MissingPart[] {
  return [
    ...(incident.classified ? [] : [{ rule: 'incident/unclassified' } as const]),
    ...(incident.state === 'resolved' || incident.state === 'closed'
      ? []
      : [{ rule: 'incident/unresolved' } as const]),
    ...incident.clocks
      .filter(({ answeredAtMs, endedAtMs }) => answeredAtMs === null && endedAtMs === null)
      .map(({ id }) => ({ rule: 'incident/clock', clockId: id }) as const),
    ...(incident.postMortem ? [] : [{ rule: 'incident/post-mortem' } as const]),
  ];
}

/** By which rule an incident is closed: a clock that was late, or let go after its time, needs a second person. */
export function closeRule(clocks: readonly AgendaClock[]): 'incident/second-person' | 'incident/clocks-kept' {
  const kept = clocks.every(
    (clock) => !clock.missed && (clock.answeredAtMs === null || clock.answeredAtMs <= clock.dueAtMs),
  );
  return kept ? 'incident/clocks-kept' : 'incident/second-person';
}
