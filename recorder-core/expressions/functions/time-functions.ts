import { celFunc, celMethod, type CelFunc } from '@bufbuild/cel';
import {
  DOUBLE,
  DURATION,
  INT,
  STRING,
  TIMESTAMP,
  isStamp,
  millisecondsOf,
  stamp,
  type Stamp,
} from './cel-types.ts';

const DAY_MS = 86_400_000;
// The instants that RFC 3339 can write.
const [FIRST, LAST] = [-62_135_596_800_000, 253_402_300_799_999];

/**
 * Instants and durations. The parts of an instant are those of UTC or of a fixed offset; the rules of named time
 * zones change with the machine, and an expression must give the same value on all of them and for years.
 */
export function timeFunctions(): CelFunc[] {
  return [...PARTS.flatMap(([name, part]) => partOf(name, part)), ...conversions(), ...spans()];
}

const PARTS: readonly (readonly [string, (date: Date) => number])[] = [
  ['getFullYear', (date) => date.getUTCFullYear()],
  ['getMonth', (date) => date.getUTCMonth()],
  ['getDate', (date) => date.getUTCDate()],
  ['getDayOfMonth', (date) => date.getUTCDate() - 1],
  ['getDayOfWeek', (date) => date.getUTCDay()],
  ['getDayOfYear', (date) => Math.floor((date.getTime() - yearStart(date)) / DAY_MS)],
  ['getHours', (date) => date.getUTCHours()],
  ['getMinutes', (date) => date.getUTCMinutes()],
  ['getSeconds', (date) => date.getUTCSeconds()],
  ['getMilliseconds', (date) => date.getUTCMilliseconds()],
];

function partOf(name: string, part: (date: Date) => number): CelFunc[] {
  return [
    celMethod(name, TIMESTAMP, [], INT, function () {
      return BigInt(part(dateOf(this)));
    }),
    celMethod(name, TIMESTAMP, [STRING], INT, function (offset) {
      return BigInt(part(dateOf(this, offset)));
    }),
  ];
}

function conversions(): CelFunc[] {
  return [
    celFunc('timestamp', [STRING], TIMESTAMP, (text) => asResult(parseInstant(text))),
    // Seconds, as the specification has it.
    celFunc('timestamp', [INT], TIMESTAMP, (seconds) => asResult(inRange(Number(seconds) * 1000))),
    celFunc('date', [TIMESTAMP], STRING, (instant) => dateOf(stampOf(instant)).toISOString().slice(0, 10)),
    celFunc('date', [TIMESTAMP, STRING], STRING, (instant, offset) =>
      dateOf(stampOf(instant), offset).toISOString().slice(0, 10),
    ),
  ];
}

function spans(): CelFunc[] {
  return [
    celFunc('seconds', [DURATION], DOUBLE, (span) => spanMs(span) / 1000),
    celFunc('milliseconds', [DURATION], INT, (span) => BigInt(Math.trunc(spanMs(span)))),
  ];
}

/** An instant in RFC 3339 as milliseconds and the nanoseconds below them. */
function parseInstant(text: string): Stamp['message'] {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  const ms = match === null ? NaN : Date.parse(`${match[1]}${match[3]}`);
  if (match === null || Number.isNaN(ms)) throw new Error('parse: no instant');
  // Date.parse takes the 30th of February for the 1st of March.
  const local = new Date(ms + offsetMs(match[3] ?? 'Z')).toISOString().slice(0, 19);
  if (local !== match[1]) throw new Error('parse: no instant');
  const { seconds, $typeName } = inRange(ms);
  return { $typeName, seconds, nanos: Number((match[2] ?? '').padEnd(9, '0')) };
}

function inRange(ms: number): Stamp['message'] {
  if (ms < FIRST || ms > LAST) throw new Error('timestamp out of range');
  return stamp('Timestamp', ms);
}

function dateOf(instant: unknown, offset = 'Z'): Date {
  return new Date(millisecondsOf(stampOf(instant)) + offsetMs(offset));
}

function offsetMs(offset: string): number {
  if (offset === 'Z' || offset === 'UTC') return 0;
  const match = /^([+-]?)(\d\d):(\d\d)$/.exec(offset);
  if (match === null) throw new Error('convert: no fixed offset');
  return (Number(match[2]) * 60 + Number(match[3])) * 60_000 * (match[1] === '-' ? -1 : 1);
}

function spanMs(span: unknown): number {
  const { seconds, nanos } = stampOf(span).message;
  return Number(seconds) * 1000 + nanos / 1_000_000;
}

function yearStart(date: Date): number {
  return new Date(0).setUTCFullYear(date.getUTCFullYear(), 0, 1);
}

function stampOf(value: unknown): Stamp {
  if (isStamp(value)) return value;
  throw new Error('type mismatch');
}

function asResult(message: Stamp['message']): never {
  // The evaluator knows its messages by their name; the type of the library's own package is not ours to name.
  return message as never;
}
