/** Instants and durations in words. Dates name the month, so that no reader can swap day and month. */
import { locale, plural } from '../i18n/t.ts';

const DAY = { day: 'numeric', month: 'short', year: 'numeric' } as const;
const CLOCK = { hour: '2-digit', minute: '2-digit' } as const;

/** Local date and time, "21 Nov 2026, 14:03"; `zone` is an IANA name, the reader's own when left out. */
export function localTime(instant: string, zone?: string): string {
  return format(instant, zone, { ...DAY, ...CLOCK });
}

/** Local date and time to the second, "21 Nov 2026, 14:03:22". */
export function exactLocalTime(instant: string, zone?: string): string {
  return format(instant, zone, { ...DAY, ...CLOCK, second: '2-digit' });
}

/** Local date, "21 Nov 2026". */
export function localDate(instant: string, zone?: string): string {
  return format(instant, zone, DAY);
}

/** Time of day only, "14:03". */
export function localClock(instant: string, zone?: string): string {
  return format(instant, zone, CLOCK);
}

/** The instant as the ledger has it, for the tooltip: "2026-11-21 14:03:22.120 UTC". */
export function utcTime(instant: string): string {
  const time = new Date(instant);
  if (Number.isNaN(time.getTime())) return instant;
  return `${time.toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** Length as on a player, "0:07", "12:40", "1:02:03"; parts of a second are cut off. */
export function clockLength(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1_000));
  const second = String(total % 60).padStart(2, '0');
  const minute = Math.floor(total / 60) % 60;
  const whole = Math.floor(total / 3_600);
  if (whole === 0) return `${String(minute)}:${second}`;
  return `${String(whole)}:${String(minute).padStart(2, '0')}:${second}`;
}

/** Length in words for screen readers, "1 minute 5 seconds". */
export function spokenLength(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1_000));
  const parts = [
    [Math.floor(total / 3_600), hours],
    [Math.floor(total / 60) % 60, minutes],
    [total % 60, seconds],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, inWords]) => inWords(count));
  return said.length === 0 ? seconds(0) : said.join(' ');
}

function hours(count: number): string {
  return plural(count, { one: '{{count}} hour', other: '{{count}} hours' });
}

function minutes(count: number): string {
  return plural(count, { one: '{{count}} minute', other: '{{count}} minutes' });
}

function seconds(count: number): string {
  return plural(count, { one: '{{count}} second', other: '{{count}} seconds' });
}

function format(instant: string, zone: string | undefined, options: Intl.DateTimeFormatOptions): string {
  const time = new Date(instant);
  if (Number.isNaN(time.getTime())) return instant;
  return writerOf(zone, options).format(time);
}

/** To make one takes the time of drawing a whole row, so each is made once. */
const writers = new Map<string, Intl.DateTimeFormat>();

function writerOf(zone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const where = zone === undefined ? options : { ...options, timeZone: zone };
  const name = `${locale()} ${JSON.stringify(where)}`;
  const known = writers.get(name);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(locale(), where);
  writers.set(name, made);
  return made;
}
