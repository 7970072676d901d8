import { zoneInstants } from '../../recorder-core/policy/calendar.ts';
import type { CallRecordMapping } from './mapping.ts';

type Times = CallRecordMapping['times'];
type Fields = Readonly<Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>>;

const TOKENS = { yyyy: 'year', MM: 'month', dd: 'day', HH: 'hour', mm: 'minute', ss: 'second' } as const;
const TOKEN = /yyyy|MM|dd|HH|mm|ss/g;
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;
/** 1990 to 2100: what lies outside is a number in another unit. */
const EARLIEST = Date.UTC(1990, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/**
 * Reads the times of one export. Answers milliseconds since 1970, or undefined for what is no time in that form or never
 * was in that zone: the hour that is left out in spring. Of the hour that comes twice in autumn it is the first.
 */
export function makeTimeReader({ format, zone }: Times): (text: string) => number | undefined {
  const inZone = makeZone(zone);
  if (format === 'unix-seconds') return (text) => inRange(unix(text, 1000));
  if (format === 'unix-milliseconds') return (text) => inRange(unix(text, 1));
  if (format === 'iso') return (text) => inRange(readIso(text.trim(), inZone));
  const names: (keyof Fields)[] = [];
  const escaped = format.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const source = escaped.replaceAll(TOKEN, (token) => {
    names.push(TOKENS[token as keyof typeof TOKENS]);
    return token === 'yyyy' ? '(\\d{4})' : '(\\d{1,2})';
  });
  const pattern = new RegExp(`^${source}$`);
  return (text) => {
    const found = pattern.exec(text.trim());
    if (found === null) return undefined;
    const fields: Record<string, number> = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
    for (const [at, name] of names.entries()) fields[name] = Number(found[at + 1]);
    return inRange(inZone(fields as Fields));
  };
}

function unix(text: string, factor: number): number | undefined {
  return /^\d{1,13}(\.\d+)?$/.test(text.trim()) ? Math.round(Number(text) * factor) : undefined;
}

function readIso(text: string, inZone: (fields: Fields) => number | undefined): number | undefined {
  const found = ISO.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((one) => Number(one ?? 0));
  const ms = Math.floor(Number(`0.${found[7] ?? '0'}`) * 1000);
  const offset = found[8];
  if (offset === undefined) {
    const whole = inZone({ year, month, day, hour, minute, second });
    return whole === undefined ? undefined : whole + ms;
  }
  const wall = wallOf({ year, month, day, hour, minute, second });
  if (wall === undefined) return undefined;
  if (offset === 'Z') return wall + ms;
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})$/.exec(offset) ?? [];
  return wall + ms - (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** Clocks change at whole quarters of an hour, so that what was found for one holds for all of it. */
const QUARTER_MS = 15 * 60_000;
const MOST_QUARTERS = 10_000;

function makeZone(zone: string): (fields: Fields) => number | undefined {
  const offsets = new Map<number, number | undefined>();
  return (fields) => {
    const wall = wallOf(fields);
    if (wall === undefined) return undefined;
    const quarter = Math.floor(wall / QUARTER_MS) * QUARTER_MS;
    if (!offsets.has(quarter)) {
      if (offsets.size >= MOST_QUARTERS) offsets.clear();
      const [instant] = zoneInstants(quarter, zone);
      offsets.set(quarter, instant === undefined ? undefined : quarter - instant);
    }
    const offset = offsets.get(quarter);
    return offset === undefined ? undefined : wall - offset;
  };
}

/** The fields as the instant that they would be in UTC; undefined for a 31st of February. */
function wallOf({ year, month, day, hour, minute, second }: Fields): number | undefined {
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(wall);
  return back.getUTCMonth() === month - 1 &&
    back.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60
    ? wall
    : undefined;
}

function inRange(ms: number | undefined): number | undefined {
  return ms !== undefined && ms >= EARLIEST && ms < LATEST ? ms : undefined;
}
