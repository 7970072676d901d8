import { parse } from 'csv-parse/sync';

/** A line of an export with its number, from 1: its fields, or none where it is not CSV. */
export interface Row {
  readonly line: number;
  readonly fields: readonly string[] | undefined;
}

/** A longer line is no call record; it bounds the memory that a file without line ends takes. */
const LONGEST_LINE = 64 * 1024;
/** Lines that are parsed at once. */
const BATCH = 500;
const BOM = '\ufeff';

/**
 * Splits an export into rows, one a line: telephone systems write no line ends inside a field, so that a quote that is never
 * closed costs its own line and not the rest of the file. Empty lines are left out.
 */
export async function* splitRows(bytes: AsyncIterable<Uint8Array>, delimiter: string): AsyncGenerator<Row> {
  let batch: { line: number; text: string }[] = [];
  for await (const one of linesOf(bytes)) {
    batch.push(one);
    if (batch.length < BATCH) continue;
    yield* parseRows(batch, delimiter);
    batch = [];
  }
  yield* parseRows(batch, delimiter);
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<{ line: number; text: string }> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let line = 0;
  let tooLong = false;
  const take = (text: string): { line: number; text: string } => {
    line += 1;
    const whole = tooLong ? '"' : text.replace(/\r$/, ''); // what is too long is not CSV
    tooLong = false;
    return { line, text: line === 1 && whole.startsWith(BOM) ? whole.slice(1) : whole };
  };
  for await (const piece of bytes) {
    const pieces = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = pieces.pop() ?? '';
    for (const text of pieces) yield take(text);
    if (rest.length > LONGEST_LINE) {
      tooLong = true;
      rest = '';
    }
  }
  rest += decoder.decode();
  if (rest !== '' || tooLong) yield take(rest);
}

function* parseRows(batch: readonly { line: number; text: string }[], delimiter: string): Generator<Row> {
  const lines = batch.filter(({ text }) => text.trim() !== '');
  if (lines.length === 0) return;
  const together = tryParse(lines.map(({ text }) => text).join('\n'), delimiter);
  for (const [at, { line, text }] of lines.entries()) {
    const fields = together?.length === lines.length ? together[at] : onlyRow(tryParse(text, delimiter));
    yield { line, fields };
  }
}

function onlyRow(rows: string[][] | undefined): string[] | undefined {
  return rows?.length === 1 ? rows[0] : undefined;
}

function tryParse(text: string, delimiter: string): string[][] | undefined {
  try {
    return parse(text, { delimiter, relax_column_count: true, max_record_size: LONGEST_LINE });
  } catch {
    return undefined;
  }
}
