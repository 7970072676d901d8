/**
 * Which clocks of the law run for an incident, since when and until when. Pure, but reads the calendar of a time zone from
 * the runtime: for activities and the hub, never for a workflow.
 */
import type { IncidentClockRow, IncidentEvent, IncidentTrait } from './clock-rows.ts';
import { dueAt, incidentClocksOf } from './due-at.ts';
import { holidaysOf, type Rulebook } from './rulebook.ts';

/** Everything that a classification answers; what it leaves open counts as true. */
export const INCIDENT_TRAITS = [
  'personal-data',
  'high-risk-to-persons',
  'state-residents',
  'health-data',
  'financial-entity',
  'major',
  'essential-entity',
  'significant',
  'listed-company',
  'material',
] as const satisfies readonly IncidentTrait[];

/** Events that a classification can date; the others follow from what was detected and what was told. */
export const DATED_EVENTS = ['awareness', 'discovery', 'classification', 'materiality'] as const;
export type DatedEvent = (typeof DATED_EVENTS)[number];

/** What is known of an incident in the words of the law, and since when. Instants are RFC 3339. */
export interface Classification {
  readonly traits: Readonly<Partial<Record<IncidentTrait, boolean>>>;
  /** When each event was; those left out were at the time of the detection, which is the strictest. */
  readonly events: Readonly<Partial<Record<DatedEvent, string>>>;
  /** Rule ids of clocks that somebody found not to be owed, each with the reason. */
  readonly notOwed?: Readonly<Record<string, string>>;
}

/** A clock as it stands: rows of it are never taken back, only ended with a reason. */
export interface ClockFacts {
  readonly ruleId: string;
  readonly regime: string;
  readonly duty: string;
  readonly startedAt: string;
  readonly dueAt: string;
  /** When it was told; null while it was not. */
  readonly answeredAt: string | null;
  /** Since when it is not owed any more; null while it is. */
  readonly endedAt: string | null;
}

/** A clock that has to run. */
export interface PlannedClock {
  readonly row: IncidentClockRow;
  readonly startedAt: string;
  readonly dueAt: string;
}

/** Events that follow from a duty of the same regime having been done. */
const FOLLOWS: Readonly<Partial<Record<IncidentEvent, IncidentClockRow['duty']>>> = {
  'initial-notification': 'notify-authority',
  'intermediate-report': 'intermediate-report',
};

/**
 * The clocks that run by the rules in force, each from its own event, sorted by their ids. One that follows from an earlier
 * duty runs from when that was done, or from when it should have been. Without a classification every clock runs that
 * could, from the detection on.
 */
export function planClocks(
  rules: Rulebook,
  incident: { readonly detectedAt: string; readonly classification: Classification | null },
  standing: readonly ClockFacts[],
  now: string,
): readonly PlannedClock[] {
  const { traits, events, notOwed = {} } = incident.classification ?? { traits: {}, events: {} };
  return incidentClocksOf(rules.pack, traits).flatMap((row) => {
    if (Object.hasOwn(notOwed, row.id)) return [];
    const startedAt = startOf(row, incident.detectedAt, events, standing, now);
    if (startedAt === undefined) return [];
    return [{ row, startedAt, dueAt: dueAt(row, startedAt, holidaysOf(rules, row.jurisdiction)) }];
  });
}

function startOf(
  { startsAt, regime }: IncidentClockRow,
  detectedAt: string,
  events: Classification['events'],
  standing: readonly ClockFacts[],
  now: string,
): string | undefined {
  const follows = FOLLOWS[startsAt];
  if (follows === undefined)
    return startsAt === 'detection' ? detectedAt : eventAt(startsAt, events, detectedAt);
  const before = standing.filter(
    (clock) => clock.regime === regime && clock.duty === follows && clock.endedAt === null,
  );
  const done = before.flatMap(({ answeredAt }) => (answeredAt === null ? [] : [answeredAt])).sort()[0];
  const missed = before
    .map((clock) => clock.dueAt)
    .sort()
    .find((due) => due <= now);
  return done ?? missed;
}

function eventAt(event: string, events: Classification['events'], detectedAt: string): string {
  // Awareness of a breach is its discovery, where nobody dates them apart.
  const dated = events[event as DatedEvent] ?? (event === 'discovery' ? events.awareness : undefined);
  return dated ?? detectedAt;
}

/** What has to be done to the clocks that stand so that they are those of the plan. */
export interface ClockChanges {
  readonly start: readonly PlannedClock[];
  /** Standing ones whose event was dated anew; answered ones keep their dates. */
  readonly move: readonly { readonly ruleId: string; readonly startedAt: string; readonly dueAt: string }[];
  /** Rule ids of those that are not owed by what is known now. */
  readonly end: readonly string[];
  /** Rule ids of ended ones that are owed after all. */
  readonly resume: readonly string[];
}

/** Compares the plan with what stands. An answered clock is history: nothing happens to it. */
export function changesOf(planned: readonly PlannedClock[], standing: readonly ClockFacts[]): ClockChanges {
  const known = new Map(standing.map((clock) => [clock.ruleId, clock]));
  const wanted = new Set(planned.map(({ row }) => row.id));
  const again = planned.flatMap((plan) => {
    const clock = known.get(plan.row.id);
    return clock?.answeredAt === null ? [{ plan, clock }] : [];
  });
  return {
    start: planned.filter(({ row }) => !known.has(row.id)),
    move: again
      .filter(({ plan, clock }) => clock.startedAt !== plan.startedAt || clock.dueAt !== plan.dueAt)
      .map(({ plan }) => ({ ruleId: plan.row.id, startedAt: plan.startedAt, dueAt: plan.dueAt })),
    end: standing
      .filter(
        ({ ruleId, answeredAt, endedAt }) => answeredAt === null && endedAt === null && !wanted.has(ruleId),
      )
      .map(({ ruleId }) => ruleId),
    resume: again.filter(({ clock }) => clock.endedAt !== null).map(({ plan }) => plan.row.id),
  };
}
