/** CSV as Bulk API 2.0 takes and gives it: commas, quotes where they must be (RFC 4180), lines that end with LF or CRLF. Pure. */

const QUOTE = '"';

/** A header and a line for each row; each row has a cell for each column. */
export function writeCsv(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, ...rows].map((cells) => `${cells.map(cellOf).join(',')}\n`).join('');
}

function cellOf(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll(QUOTE, '""')}"` : value;
}

/**
 * The cells of the `wanted` columns in each line under the header. A column that is not there is empty; a line that does not
 * have as many cells as the header, as where the text was cut, is left out.
 */
export function readCsv<C extends string>(text: string, wanted: readonly C[]): Readonly<Record<C, string>>[] {
  const lines = linesOf(text);
  const header = lines.next().value ?? [];
  const places = wanted.map((column) => [column, header.indexOf(column)] as const);
  const rows: Record<C, string>[] = [];
  for (const cells of lines) {
    if (cells.length !== header.length) continue;
    const row = {} as Record<C, string>;
    for (const [column, place] of places) row[column] = cells[place] ?? '';
    rows.push(row);
  }
  return rows;
}

/** The cells of line after line; each turn takes at least one character, whatever the text is. */
function* linesOf(text: string): Generator<string[], undefined> {
  const plain = /[^,\r\n]*/y;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const cells: string[] = [];
    do {
      if (cells.length > 0) at += 1;
      if (text[at] === QUOTE) {
        const end = endOfQuoted(text, at);
        cells.push(text.slice(at + 1, end).replaceAll('""', QUOTE));
        at = end + 1;
      } else {
        plain.lastIndex = at;
        const [cell = ''] = plain.exec(text) ?? [];
        cells.push(cell);
        at += cell.length;
      }
    } while (text[at] === ',');
    yield cells;
    if (text[at] === '\r') at += 1;
    if (text[at] === '\n') at += 1;
  }
}

/** Where the closing quote stands; the end of the text where there is none. */
function endOfQuoted(text: string, start: number): number {
  let end = text.indexOf(QUOTE, start + 1);
  while (end >= 0 && text[end + 1] === QUOTE) end = text.indexOf(QUOTE, end + 2);
  return end < 0 ? text.length : end;
}
