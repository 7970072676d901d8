/**
 * Calendar arithmetic for retention periods: an instant plus years, months and days
 * in the time zone of the rule's regime. Uses Intl only, no Node built-in.
 *
 * The results depend on the time-zone data of the runtime, which a workflow replayed
 * on a newer runtime may see changed: decide retention in activities, not in workflows.
 *
 * Three cases a period can fall into, and what is done:
 * - the day does not exist (31 January + P1M, 29 February + P1Y): the month's last day
 *   (Regulation 1182/71 art. 3(2)(c));
 * - the wall time is skipped by a change to summer time: moved later by the gap;
 * - the wall time happens twice: the first of the two.
 * Floors, ceilings and delete dates share these, so equal periods always end together.
 */
import { HoldfastError } from '../errors.ts';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const PERIOD = /^P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,6})D)?$/;
const DAY_MS = 86_400_000;
/** Some sixty years of days a zone; beyond it they are asked anew. */
const MOST_DAYS = 20_000;
const MOST_WRITTEN = 1_000;
const written = new Map<number, string>();
const midnights = new Map<string, Map<number, number>>();
const formatters = new Map<string, Intl.DateTimeFormat>();

/**
 * Milliseconds since 1970 of an RFC 3339 instant.
 * @throws HoldfastError `invalid_input` when it is none or carries no offset.
 */
export function parseInstant(text: string, field = 'instant'): number {
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new HoldfastError(
      'invalid_input',
      `${field} is not an instant with an offset, so no date can be computed from it; write it like 2026-11-21T09:00:00Z.`,
      { field },
    );
  }
  return ms;
}

/** RFC 3339 in UTC with milliseconds. What was written a moment ago is remembered: a decision names few instants often. */
export function formatInstant(ms: number): string {
  const known = written.get(ms);
  if (known !== undefined) return known;
  if (written.size >= MOST_WRITTEN) written.clear();
  const text = new Date(ms).toISOString();
  written.set(ms, text);
  return text;
}

/**
 * `instant` (ms since 1970) plus an ISO 8601 period of years, months and days, in `zone`.
 * The local time of day is kept; the special cases are in the head of this file.
 * @throws HoldfastError `invalid_input` for a malformed period or unknown zone.
 */
export function addPeriod(instant: number, period: string, zone: string): number {
  const [years, months, days] = parsePeriod(period);
  const wall = instant + offsetAt(instant, zone);
  return fromWall(addToWall(wall, years * 12 + months, days), zone);
}

/** The date in a zone at an instant, as 2026-11-26. @throws HoldfastError `invalid_input` for an unknown zone. */
export function localDate(instant: number, zone: string): string {
  return formatInstant(instant + offsetAt(instant, zone)).slice(0, 10);
}

/** The time of day in a zone at an instant, as 07:30. @throws HoldfastError `invalid_input` for an unknown zone. */
export function localTime(instant: number, zone: string): string {
  return formatInstant(instant + offsetAt(instant, zone)).slice(11, 16);
}

/** The first instant of a date (2026-11-26) in a zone. @throws HoldfastError `invalid_input` for an unknown zone. */
export function startOfDay(date: string, zone: string): number {
  return fromWall(Date.parse(`${date}T00:00:00Z`), zone);
}

function parsePeriod(period: string): [number, number, number] {
  const parts = PERIOD.exec(period);
  if (parts === null) {
    throw new HoldfastError(
      'invalid_input',
      'A period is not of the form PnYnMnD, so no date can be computed from it; write it like P5Y, P6M or P180D.',
      { field: 'period', detail: period },
    );
  }
  return [Number(parts[1] ?? 0), Number(parts[2] ?? 0), Number(parts[3] ?? 0)];
}

/** A wall time is kept as the ms value it would have in UTC. */
function addToWall(wall: number, months: number, days: number): number {
  const from = new Date(wall);
  const timeOfDay = wall - Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate());
  const month = from.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const day = Math.min(from.getUTCDate(), lastDay);
  return Date.UTC(from.getUTCFullYear(), month, day) + days * DAY_MS + timeOfDay;
}

/** The instant of a wall time; no zone changes its offset twice within the two days looked at. */
function fromWall(wall: number, zone: string): number {
  const before = offsetAt(wall - DAY_MS, zone);
  const after = offsetAt(wall + DAY_MS, zone);
  const candidates = [wall - Math.max(before, after), wall - Math.min(before, after)];
  return candidates.find((instant) => instant + offsetAt(instant, zone) === wall) ?? wall - before;
}

/**
 * The instants at which clocks of a zone show a wall time, given as the ms value it would have in UTC: none where it is
 * skipped, two where it happens twice, the earlier first. @throws HoldfastError `invalid_input` for an unknown zone.
 */
export function zoneInstants(wall: number, zone: string): number[] {
  const offsets = [offsetAt(wall - DAY_MS, zone), offsetAt(wall + DAY_MS, zone)];
  const candidates = [...new Set(offsets)].map((offset) => wall - offset);
  return candidates.filter((instant) => instant + offsetAt(instant, zone) === wall).sort((a, b) => a - b);
}

/**
 * Local time minus UTC at an instant, in ms. Asking Intl is most of the work of a decision, so the offsets at the ends of
 * each day are kept: where both are the same it holds between them, as no zone changes its offset twice in a day.
 */
function offsetAt(instant: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const day = Math.floor(instant / DAY_MS);
  const offset = offsetAtMidnight(day, zone);
  return offset === offsetAtMidnight(day + 1, zone) ? offset : askOffset(instant, zone);
}

function offsetAtMidnight(day: number, zone: string): number {
  let days = midnights.get(zone);
  if (days === undefined || days.size > MOST_DAYS) midnights.set(zone, (days = new Map<number, number>()));
  const known = days.get(day);
  if (known !== undefined) return known;
  const offset = askOffset(day * DAY_MS, zone);
  days.set(day, offset);
  return offset;
}

function askOffset(instant: number, zone: string): number {
  const fields = new Map(
    formatterOf(zone)
      .formatToParts(instant)
      .map((part) => [part.type, Number(part.value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes): number => fields.get(type) ?? 0;
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return local - Math.floor(instant / 1000) * 1000;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = makeFormatter(zone);
  formatters.set(zone, made);
  return made;
}

function makeFormatter(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new HoldfastError(
      'invalid_input',
      'A rule names a time zone this runtime does not know, so its date cannot be computed; correct the zone in the rule.',
      { field: 'zone', detail: zone, cause },
    );
  }
}
