import type { IncidentLevelsBody } from '../../../hub/api/schemas/incident-levels.ts';

/** One level as the hub has it. */
export type Level = IncidentLevelsBody['high'][number];

/** A level while it is being written: the time as it is typed. */
export interface LevelDraft extends Omit<Level, 'afterMinutes'> {
  readonly after: string;
  readonly unit: TimeUnit;
}

/** In what a time is written. */
export type TimeUnit = 'minutes' | 'hours' | 'days';

const MINUTES: Readonly<Record<TimeUnit, number>> = { minutes: 1, hours: 60, days: 1_440 };
/** Days are read best, then hours. */
const COARSEST: readonly TimeUnit[] = ['days', 'hours', 'minutes'];

/** A time in the coarsest unit that says it whole: 90 minutes stay minutes, 120 are 2 hours. */
export function inUnit(minutes: number): { readonly count: number; readonly unit: TimeUnit } {
  const unit = (minutes > 0 ? COARSEST.find((one) => minutes % MINUTES[one] === 0) : undefined) ?? 'minutes';
  return { count: minutes / MINUTES[unit], unit };
}

/** A level as it is shown for a change. */
export function draftOf({ afterMinutes, ...called }: Level): LevelDraft {
  const { count, unit } = inUnit(afterMinutes);
  return { ...called, after: String(count), unit };
}

/** A new level, which calls nobody yet and comes an hour after the last. */
export function nextDraft(drafts: readonly LevelDraft[]): LevelDraft {
  const last = levelsOf(drafts)?.at(-1);
  const fresh = { roles: [], people: [], connections: [] };
  return draftOf({ ...fresh, afterMinutes: last === undefined ? 0 : last.afterMinutes + 60 });
}

/** What was written, for the hub, which judges the rest; undefined while a time cannot be read. */
export function levelsOf(drafts: readonly LevelDraft[]): Level[] | undefined {
  const levels = drafts.map(({ after, unit, ...called }) => ({
    ...called,
    afterMinutes: /^\d{1,5}$/.test(after.trim()) ? Number(after) * MINUTES[unit] : Number.NaN,
  }));
  return levels.every(({ afterMinutes }) => Number.isInteger(afterMinutes)) ? levels : undefined;
}
