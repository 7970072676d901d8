import { HoldfastError } from '../../recorder-core/errors.ts';
import type { CallDirection } from '../../recorder-core/records/call-records.ts';
import type { CallIdKind } from '../../recorder-core/records/call-identity.ts';
import type { CallRecordMapping } from './mapping.ts';
import { makeTimeReader } from './read-time.ts';
import { splitRows } from './split-rows.ts';

/** One call as a row tells it, in plain text; it is digested before anything is stored. */
export interface ReadCall {
  readonly key: string;
  readonly callIds: readonly { readonly kind: CallIdKind; readonly id: string }[];
  readonly startedAtMs: number;
  readonly durationMs: number | null;
  readonly answered: boolean;
  readonly direction: CallDirection;
  readonly from: string;
  readonly to: string;
  readonly toBeRecorded: boolean;
}

/** What a line turned out to be. `line` counts from 1, the header included. */
export type ReadLine = { readonly line: number } & (
  { readonly call: ReadCall } | { readonly refused: string } | { readonly skipped: true }
);

/** Nobody talks longer; a larger number is an instant in the wrong column. */
const LONGEST_CALL_MS = 7 * 86_400_000;

/**
 * Reads an export of a telephone system line by line; memory does not grow with its length. A line that cannot be read is
 * told with its reason, which never has a word of its content, and reading goes on.
 * @throws HoldfastError `invalid_input` where a column that the mapping names is not in the header: then nothing is right.
 */
export async function* readCallRecords(
  bytes: AsyncIterable<Uint8Array>,
  mapping: CallRecordMapping,
): AsyncGenerator<ReadLine> {
  const { delimiter, header, skipLines } = mapping.csv;
  let read: ((fields: readonly string[]) => ReadRow) | undefined;
  let toSkip = skipLines;
  for await (const { line, fields } of splitRows(bytes, delimiter)) {
    if (fields === undefined) {
      yield { line, refused: 'the line is not CSV in the form that the mapping states' };
      continue;
    }
    if (read === undefined) {
      read = makeRowReader(mapping, header ? fields : undefined, fields.length);
      if (header) continue;
    }
    if (toSkip > 0) toSkip -= 1;
    else yield { line, ...read(fields) };
  }
}

type ReadRow = { readonly call: ReadCall } | { readonly refused: string } | { readonly skipped: true };

/** Where each thing stands in a row; -1 for what the mapping does not name. */
function placesOf({ columns, skip, rowKey }: CallRecordMapping, header: readonly string[] | undefined) {
  const at = (name: string | number): number => indexOf(name, header);
  const maybe = (name: string | number | undefined): number => (name === undefined ? -1 : at(name));
  const ids = columns.callIds.map(({ column, kind }) => ({ at: at(column), kind }));
  const [start, from, to] = [at(columns.startedAt), maybe(columns.from), maybe(columns.to)];
  return {
    ids,
    start,
    from,
    to,
    answer: maybe(columns.answeredAt),
    end: maybe(columns.endedAt),
    duration: maybe(columns.duration),
    line: maybe(columns.line),
    direction: maybe(columns.direction?.column),
    disposition: maybe(columns.disposition?.column),
    skips: skip.map(({ column, values }) => ({ at: at(column), values })),
    key: rowKey?.map(at) ?? [...ids.map((id) => id.at), start, from, to].filter((one) => one >= 0),
  };
}

function makeRowReader(
  mapping: CallRecordMapping,
  header: readonly string[] | undefined,
  width: number,
): (fields: readonly string[]) => ReadRow {
  const places = placesOf(mapping, header);
  const timeOf = makeTimeReader(mapping.times);
  return (fields) => {
    if (fields.length !== width)
      return { refused: 'the line has another number of columns than the first one' };
    const text = (index: number): string => (index < 0 ? '' : (fields[index] ?? '').trim());
    if (places.skips.some((skip) => skip.values.includes(text(skip.at)))) return { skipped: true };
    const times = readTimes(places, text, timeOf);
    if ('refused' in times) return times;
    const { startedAtMs, answerMs, durationMs } = times;
    const direction = directionOf(mapping.columns.direction, text(places.direction));
    const { disposition } = mapping.columns;
    return {
      call: {
        key: places.key.map((index) => text(index)).join('\u001f'),
        callIds: places.ids.flatMap(({ at, kind }) => (text(at) === '' ? [] : [{ kind, id: text(at) }])),
        startedAtMs: answerMs ?? startedAtMs,
        durationMs,
        answered:
          (places.answer < 0 || answerMs !== undefined) &&
          (disposition === undefined || disposition.answered.includes(text(places.disposition))) &&
          durationMs !== 0,
        direction,
        from: text(places.from),
        to: text(places.to),
        toBeRecorded: isToBeRecorded(mapping, direction, places.line < 0 ? undefined : text(places.line)),
      },
    };
  };
}

type ReadTimes = {
  readonly startedAtMs: number;
  readonly answerMs: number | undefined;
  readonly durationMs: number | null;
};

function readTimes(
  { start, answer, end, duration }: ReturnType<typeof placesOf>,
  text: (index: number) => string,
  timeOf: (text: string) => number | undefined,
): ReadTimes | { readonly refused: string } {
  const startedAtMs = timeOf(text(start));
  if (startedAtMs === undefined)
    return { refused: 'the start is no time in the form and zone that the mapping states' };
  const answerMs = isNone(text(answer)) ? undefined : timeOf(text(answer));
  if (answerMs === undefined && !isNone(text(answer)))
    return { refused: 'the time of the answer is none in the form and zone that the mapping states' };
  const endMs = isNone(text(end)) ? undefined : timeOf(text(end));
  const durationMs = readDuration(text(duration), answerMs ?? startedAtMs, endMs);
  return durationMs === 'wrong'
    ? { refused: 'the duration is no number of seconds, or below none, or above a week' }
    : { startedAtMs, answerMs, durationMs };
}

function isToBeRecorded(
  { recorded: { lines, internal } }: CallRecordMapping,
  direction: CallDirection,
  line: string | undefined,
): boolean {
  if (direction === 'internal' && !internal) return false;
  return lines === 'all' || (line !== undefined && lines.some((beginning) => line.startsWith(beginning)));
}

function directionOf(told: CallRecordMapping['columns']['direction'], value: string): CallDirection {
  for (const one of ['inbound', 'outbound', 'internal'] as const)
    if (told?.[one]?.includes(value) === true) return one;
  return 'unknown';
}

function readDuration(text: string, fromMs: number, toMs: number | undefined): number | null | 'wrong' {
  if (text !== '') {
    const seconds = inSeconds(text);
    const ms = seconds === undefined ? Number.NaN : Math.round(seconds * 1000);
    return ms >= 0 && ms <= LONGEST_CALL_MS ? ms : 'wrong';
  }
  if (toMs === undefined) return null;
  const ms = toMs - fromMs;
  return ms >= 0 && ms <= LONGEST_CALL_MS ? ms : 'wrong';
}

/** `75`, `75.4`, `1:15` or `0:01:15`. */
function inSeconds(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const [, hours = '0', minutes, seconds] = /^(?:(\d{1,3}):)?(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  return minutes === undefined ? undefined : (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
}

/** Exports write 0 for a time that never came. */
function isNone(text: string): boolean {
  return text === '' || /^0+$/.test(text);
}

function indexOf(name: string | number, header: readonly string[] | undefined): number {
  if (typeof name === 'number') return name - 1;
  const index = header?.findIndex((one) => one.trim() === name) ?? -1;
  if (index >= 0) return index;
  throw new HoldfastError(
    'invalid_input',
    header === undefined
      ? `The mapping names the column "${name}", and the export has no header. Give the number of the column.`
      : `The export has no column "${name}", which the mapping names. Nothing was taken; correct the mapping or export that column.`,
    { field: 'columns' },
  );
}
