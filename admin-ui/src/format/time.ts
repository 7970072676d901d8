/** Instants and durations in words. Dates name the month, so that no reader can swap day and month. */

const LOCALE = 'en-GB';

/** Local date and time, "21 Nov 2026, 14:03"; `zone` is an IANA name, the reader's own when left out. */
export function localTime(instant: string, zone?: string): string {
  return format(instant, zone, { dateStyle: 'medium', timeStyle: 'short' });
}

/** Local date and time to the second, "21 Nov 2026, 14:03:22". */
export function exactLocalTime(instant: string, zone?: string): string {
  return format(instant, zone, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** Local date, "21 Nov 2026". */
export function localDate(instant: string, zone?: string): string {
  return format(instant, zone, { dateStyle: 'medium' });
}

/** Time of day only, "14:03". */
export function localClock(instant: string, zone?: string): string {
  return format(instant, zone, { timeStyle: 'short' });
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
  const seconds = String(total % 60).padStart(2, '0');
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3_600);
  if (hours === 0) return `${String(minutes)}:${seconds}`;
  return `${String(hours)}:${String(minutes).padStart(2, '0')}:${seconds}`;
}

/** Length in words for screen readers, "1 minute 5 seconds". */
export function spokenLength(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1_000));
  const parts = [
    counted(Math.floor(total / 3_600), 'hour'),
    counted(Math.floor(total / 60) % 60, 'minute'),
    counted(total % 60, 'second'),
  ].filter((part) => part !== '');
  return parts.length === 0 ? '0 seconds' : parts.join(' ');
}

function counted(count: number, unit: string): string {
  if (count === 0) return '';
  return `${String(count)} ${unit}${count === 1 ? '' : 's'}`;
}

function format(instant: string, zone: string | undefined, options: Intl.DateTimeFormatOptions): string {
  const time = new Date(instant);
  if (Number.isNaN(time.getTime())) return instant;
  const where = zone === undefined ? options : { ...options, timeZone: zone };
  return new Intl.DateTimeFormat(LOCALE, where).format(time);
}
