/** When somebody's use of their access is unusual enough to be looked at. Pure: the same accesses, the same alerts. */
import { localDate, localTime } from './calendar.ts';

/** What can be unusual. */
export const ALERT_KINDS = ['bulk', 'off-hours', 'new-country'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** What a tenant holds for unusual; null where it is not watched. */
export interface AccessRules {
  /** So many different recordings, played or exported, by one person within so many minutes. */
  readonly bulk: { readonly recordings: number; readonly minutes: number } | null;
  /** When people work: use at other times is unusual. */
  readonly hours: WorkingHours | null;
  /** Whether a sign-in from a country that the person has not come from before is unusual. */
  readonly newCountry: boolean;
  /** Bulk, and off hours, of the same person is told once in so many hours; a country is new only once. */
  readonly quietHours: number;
}

export interface WorkingHours {
  /** IANA time zone. */
  readonly zone: string;
  /** Days of the week, 1 for Monday to 7 for Sunday. */
  readonly days: readonly number[];
  /** Local times, 07:00; the end is not within. An end before the start is on the next day. */
  readonly from: string;
  readonly to: string;
}

/** What can be watched less than before. */
export const LOOSENED = ['bulk', 'hours', 'newCountry', 'quietHours'] as const;
export type Loosened = (typeof LOOSENED)[number];

/**
 * Which rules would let something pass that the ones before tell of: what is not watched any more, more recordings or a shorter
 * window, any moment of the week that becomes working time, another time zone, a longer silence. Empty where as much is watched.
 */
export function loosenedRules(before: AccessRules, after: AccessRules): Loosened[] {
  const looser: Readonly<Record<Loosened, boolean>> = {
    bulk:
      before.bulk !== null &&
      (after.bulk === null ||
        after.bulk.recordings > before.bulk.recordings ||
        after.bulk.minutes < before.bulk.minutes),
    hours: before.hours !== null && (after.hours === null || worksMore(before.hours, after.hours)),
    newCountry: before.newCountry && !after.newCountry,
    quietHours: after.quietHours > before.quietHours,
  };
  return LOOSENED.filter((rule) => looser[rule]);
}

/** Whether some minute of the week is within the second hours and not within the first. */
function worksMore(before: WorkingHours, after: WorkingHours): boolean {
  if (after.zone !== before.zone) return true;
  for (let minute = 0; minute < 7 * 1_440; minute += 1) {
    const [day, time] = [Math.floor(minute / 1_440) + 1, clockTime(minute % 1_440)];
    if (coversLocal(after, day, time) && !coversLocal(before, day, time)) return true;
  }
  return false;
}

function clockTime(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Whether the same of the same person is silent for the quiet hours: another country is not the same, and is never new again. */
export function isQuietened(kind: AlertKind): boolean {
  return kind !== 'new-country';
}

/** Nobody knows a tenant's hours but the tenant: until it states them they are not watched. */
export const DEFAULT_ACCESS_RULES: AccessRules = {
  bulk: { recordings: 50, minutes: 60 },
  hours: null,
  newCountry: true,
  quietHours: 24,
};

/** One use of access by one person, as the ledger has it. */
export interface Access {
  readonly at: Date;
  /** `take`: played or exported. `look`: read or asked for. `enter`: signed in. */
  readonly kind: 'take' | 'look' | 'enter';
  /** What was accessed; of takes, the recording. */
  readonly objectId: string;
  /** Where somebody signed in from, as ISO 3166 has it; null where that is not known. */
  readonly country: string | null;
}

/** What was unusual, and when that was. */
export interface AccessAlert {
  readonly kind: AlertKind;
  /** Recordings of bulk; accesses of off hours; 1 of a country. */
  readonly count: number;
  readonly from: Date;
  readonly to: Date;
}

/**
 * What is unusual among one person's accesses: at most one alert of bulk and of off hours, and one for each new country. `earlier`
 * are takes of the window before, which count for bulk and are not judged again; `countries` is where the person has come from
 * until now.
 */
export function judgeAccesses(
  rules: AccessRules,
  asked: {
    readonly accesses: readonly Access[];
    readonly earlier: readonly Access[];
    readonly countries: ReadonlySet<string>;
  },
): AccessAlert[] {
  const { accesses, earlier, countries } = asked;
  return [
    rules.bulk === null ? undefined : findBulk(rules.bulk, accesses, earlier),
    rules.hours === null ? undefined : findOffHours(rules.hours, accesses),
    ...(rules.newCountry ? findNewCountries(accesses, countries) : []),
  ].filter((alert) => alert !== undefined);
}

/** The first moment at which one window has too many different recordings. */
function findBulk(
  { recordings, minutes }: NonNullable<AccessRules['bulk']>,
  accesses: readonly Access[],
  earlier: readonly Access[],
): AccessAlert | undefined {
  const takes = [...earlier, ...accesses]
    .filter(({ kind }) => kind === 'take')
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const judged = new Set(accesses);
  const times = new Map<string, number>(); // recordings within the window, and how often each was taken
  let start = 0;
  for (const take of takes) {
    times.set(take.objectId, (times.get(take.objectId) ?? 0) + 1);
    for (let first = takes[start]; first !== undefined; first = takes[start]) {
      if (take.at.getTime() - first.at.getTime() < minutes * 60_000) break;
      const left = (times.get(first.objectId) ?? 0) - 1;
      if (left === 0) times.delete(first.objectId);
      else times.set(first.objectId, left);
      start += 1;
    }
    if (times.size >= recordings && judged.has(take))
      return { kind: 'bulk', count: times.size, from: takes[start]?.at ?? take.at, to: take.at };
  }
  return undefined;
}

function findOffHours(hours: WorkingHours, accesses: readonly Access[]): AccessAlert | undefined {
  // Signing in is no use of recordings yet.
  const off = accesses.filter(({ at, kind }) => kind !== 'enter' && !isWithin(hours, at));
  const [first] = off;
  if (first === undefined) return undefined;
  return { kind: 'off-hours', count: off.length, from: first.at, to: off.at(-1)?.at ?? first.at };
}

/** A person's first country is where they are at home. */
function findNewCountries(accesses: readonly Access[], known: ReadonlySet<string>): AccessAlert[] {
  const seen = new Set(known);
  return accesses.flatMap(({ at, country }): AccessAlert[] => {
    if (country === null || seen.has(country)) return [];
    const isHome = seen.size === 0;
    seen.add(country);
    return isHome ? [] : [{ kind: 'new-country', count: 1, from: at, to: at }];
  });
}

/** Whether a moment is within working hours. @throws HoldfastError `invalid_input` for an unknown zone. */
export function isWithin(hours: WorkingHours, at: Date): boolean {
  const today = weekday(localDate(at.getTime(), hours.zone));
  return coversLocal(hours, today, localTime(at.getTime(), hours.zone));
}

/** Whether a local day of the week and time, 07:00, are within working hours. */
function coversLocal({ days, from, to }: WorkingHours, today: number, time: string): boolean {
  if (from <= to) return days.includes(today) && time >= from && time < to;
  // A night shift: its hours after midnight belong to the day on which it began.
  if (time >= from) return days.includes(today);
  return time < to && days.includes(today === 1 ? 7 : today - 1);
}

function weekday(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}
