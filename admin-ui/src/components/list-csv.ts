/** What a list shows, as CSV: read from the table itself, so that it is what people see, whatever makes the cells. */

/** Buttons and pictures say nothing that belongs into a file. */
const LEFT_OUT = 'button, svg, input, select, [aria-hidden="true"]';

/** The rows of a table as texts, the headings first; columns without heading and content are left out. */
export function readTable(table: HTMLTableElement): string[][] {
  const rows = [...table.rows].filter((row) => row.getAttribute('aria-hidden') !== 'true');
  const cells = rows.map((row) => [...row.cells].map(textOf));
  const width = cells[0]?.length ?? 0;
  const used = Array.from({ length: width }, (_, at) => cells.some((row) => (row[at] ?? '') !== ''));
  return cells.map((row) => row.filter((_, at) => used[at] === true));
}

/** The text of a cell; an instant as the instant it is, and not as the reader's clock has it. */
function textOf(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue ?? '';
  if (!(node instanceof Element) || node.matches(LEFT_OUT)) return '';
  if (node instanceof HTMLTimeElement && node.dateTime !== '') return node.dateTime;
  return [...node.childNodes].map(textOf).filter(Boolean).join(' ').replaceAll(/\s+/g, ' ').trim();
}

/** RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe in front. Pure. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The name of the file: "Recordings, newest first" is holdfast-recordings.csv. Pure. */
export function fileNameOf(caption: string): string {
  const words = caption.split(/[:,;.]/, 1)[0] ?? '';
  const plain = words.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return `holdfast-${plain.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '') || 'list'}.csv`;
}
