/**
 * The date of a clock: start, plus its duration, by the calendar of its regime. Pure.
 *
 * - Hours run from the instant itself, through nights and holidays.
 * - Days and months run from the day of the event, which does not count, to the end of the last day (Regulation (EEC,
 *   Euratom) 1182/71 art. 3): the same date of the last month, or its last day where there is none.
 * - A last day that is a Saturday, Sunday or public holiday is followed by the next working day, where the row says so.
 * - Business days leave out Saturdays, Sundays and public holidays.
 *
 * Time zones come from the runtime (calendar.ts): call it from activities and the hub, and give workflows the instant.
 */
import { addPeriod, formatInstant, localDate, parseInstant, startOfDay } from './calendar.ts';
import type {
  ClockDuration,
  IncidentClockRow,
  IncidentTrait,
  RequestClockRow,
  RequestKind,
  RequestPause,
} from './clock-rows.ts';
import { isWithin } from './jurisdictions.ts';
import type { VerifiedRulePack } from './rule-pack.ts';

/** What the date depends on of a row. */
export type ClockRow = Pick<RequestClockRow, 'duration' | 'ends' | 'zone' | 'status'> &
  Partial<Pick<RequestClockRow, 'extension' | 'pauses'>>;

/** What has happened since the start. Instants are RFC 3339. */
export interface ClockHistory {
  /** It was prolonged, and the person told in time; the caller has checked both. */
  readonly extended?: boolean | undefined;
  /** For what it waited, from when until when; one that still waits ends now, by the caller's clock. */
  readonly pauses?: readonly { readonly for: RequestPause; readonly from: string; readonly to: string }[];
}

const DAY_MS = 86_400_000;

/**
 * The instant from which on it is too late: the end of the last day, or of the last hour. `holidays` are dates of the
 * place whose calendar counts (`holidaysOf` of a rulebook); weekends are known.
 * @throws HoldfastError `invalid_input` for a malformed instant or an unknown zone.
 */
export function dueAt(
  row: ClockRow,
  start: string,
  holidays: readonly string[],
  history: ClockHistory = {},
): string {
  const strict = row.status !== 'verified';
  const from = parseInstant(start, 'start') + (strict ? 0 : pausedFor(row, history));
  const extension = strict || history.extended !== true ? null : (row.extension ?? null);
  const lengths = extension === null ? [row.duration] : sum(row.duration, extension);
  const read = strict ? lengths.map(asCalendarDays) : lengths;
  const closed = new Set(holidays);
  if (read.every(({ unit }) => unit === 'hours')) {
    return formatInstant(from + read.reduce((total, { amount }) => total + amount, 0) * 3_600_000);
  }
  let day = localDate(from, row.zone);
  for (const length of read) day = addTo(day, length, closed);
  if (!strict && row.ends === 'next-working-day') while (!isWorkingDay(day, closed)) day = nextDay(day);
  return formatInstant(startOfDay(nextDay(day), row.zone));
}

/**
 * The clocks of a pack that run for a request: of every place the person may be in, and where none is known or none has
 * a row, the pack's strict default. Sorted by id.
 */
export function requestClocksOf(
  pack: VerifiedRulePack,
  asked: {
    readonly kind: RequestKind;
    readonly places: readonly string[];
    readonly classes: readonly string[];
  },
): readonly RequestClockRow[] {
  const { kind, places, classes } = asked;
  const fitting = pack.requestClocks.filter(
    (row) =>
      row.requests.includes(kind) &&
      (row.classes === undefined || row.classes.some((name) => classes.includes(name))) &&
      (row.jurisdiction === '*' || places.some((place) => isWithin(place, [row.jurisdiction], pack))),
  );
  const settled = (place: string): boolean =>
    fitting.some((row) => row.step === 'answer' && isWithin(place, [row.jurisdiction], pack));
  const fallback = pack.requestClocks.filter(({ id }) => id === pack.defaults.requestClock);
  const found = places.length > 0 && places.every(settled) ? fitting : [...fitting, ...fallback];
  return [...new Set(found)].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The clocks of a pack that run for an incident, sorted by id: all but those of which something needed is known to be false. */
export function incidentClocksOf(
  pack: VerifiedRulePack,
  traits: Readonly<Partial<Record<IncidentTrait, boolean>>>,
): readonly IncidentClockRow[] {
  return pack.incidentClocks
    .filter(({ when }) => when.every((trait) => traits[trait] !== false))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function pausedFor(row: ClockRow, { pauses = [] }: ClockHistory): number {
  return pauses
    .filter((pause) => row.pauses?.includes(pause.for) === true)
    .reduce(
      (total, { from, to }) => total + Math.max(0, parseInstant(to, 'to') - parseInstant(from, 'from')),
      0,
    );
}

/** Two lengths of one unit are one longer one: a month and two more are three months from the start. */
function sum(first: ClockDuration, second: ClockDuration): readonly ClockDuration[] {
  return first.unit === second.unit
    ? [{ unit: first.unit, amount: first.amount + second.amount }]
    : [first, second];
}

function asCalendarDays(length: ClockDuration): ClockDuration {
  return length.unit === 'business-days' ? { ...length, unit: 'days' } : length;
}

function addTo(day: string, { amount, unit }: ClockDuration, closed: ReadonlySet<string>): string {
  if (unit === 'business-days') {
    let last = day;
    for (let left = amount; left > 0; left -= isWorkingDay(last, closed) ? 1 : 0) last = nextDay(last);
    return last;
  }
  const days = unit === 'hours' ? Math.ceil(amount / 24) : amount;
  const period = unit === 'months' ? `P${amount}M` : `P${days}D`;
  return formatInstant(addPeriod(Date.parse(`${day}T00:00:00Z`), period, 'UTC')).slice(0, 10);
}

function isWorkingDay(day: string, closed: ReadonlySet<string>): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !closed.has(day);
}

function nextDay(day: string): string {
  return formatInstant(Date.parse(`${day}T00:00:00Z`) + DAY_MS).slice(0, 10);
}
