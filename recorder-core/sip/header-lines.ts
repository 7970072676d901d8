import type { HeaderRow } from './headers.ts';
import { trimBlanks } from './quoted-text.ts';

/** A block of header lines taken apart. */
export interface HeaderLines {
  /** Every row that could be read, also when another could not; names as written, values unfolded. */
  readonly rows: HeaderRow[];
  /** What is wrong with the first line that could not be read, safe to send back. */
  readonly fault: string | undefined;
  /** Where the body begins; the length of the bytes when no empty line ends the block. */
  readonly end: number;
  /** False when the empty line that ends the block is missing. */
  readonly complete: boolean;
}

/**
 * Reads header lines up to the empty line (RFC 3261 section 7.3, also used for body parts): folded lines,
 * blanks around or no blank after the colon, bare LF line ends, UTF-8 with bad bytes replaced. Never throws.
 */
export function readHeaderLines(bytes: Buffer): HeaderLines {
  const rows: HeaderRow[] = [];
  const block = headerBlock(bytes);
  let fault: string | undefined;
  for (const [index, line] of unfold(block.text).entries()) {
    const row = readRow(line);
    if (typeof row !== 'string') rows.push(row);
    else fault ??= `header line ${String(index + 1)} ${row}`;
  }
  return { rows, fault, end: block.end, complete: block.complete };
}

/** The offset just behind the first empty line, or -1; `from` lets a stream search only what is new. */
export function endOfHeaders(bytes: Buffer, from = 0): number {
  for (let at = bytes.indexOf(0x0a, from); at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at + 1] === 0x0a) return at + 2;
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return at + 3;
  }
  return -1;
}

function headerBlock(bytes: Buffer): { text: string; end: number; complete: boolean } {
  if (bytes[0] === 0x0a) return { text: '', end: 1, complete: true };
  if (bytes[0] === 0x0d && bytes[1] === 0x0a) return { text: '', end: 2, complete: true };
  const found = endOfHeaders(bytes);
  const end = found === -1 ? bytes.length : found;
  return { text: bytes.toString('utf8', 0, end), end, complete: found !== -1 };
}

/** Pieces are joined once per header: joining fold by fold would let a sender of many folds cost quadratic time. */
function unfold(text: string): string[] {
  const lines: string[][] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line === '') continue;
    const folded = line.startsWith(' ') || line.startsWith('\t');
    if (folded && lines.length > 0) lines.at(-1)?.push(trimBlanks(line));
    else lines.push([line]);
  }
  return lines.map((pieces) => (pieces.length === 1 ? (pieces[0] ?? '') : pieces.map(trimBlanks).join(' ')));
}

function readRow(line: string): HeaderRow | string {
  const colon = line.indexOf(':');
  if (colon === -1) return 'has no colon';
  const name = trimBlanks(line.slice(0, colon));
  if (!/^[\w.!%*+`'~-]+$/.test(name)) return 'has a name that is no token';
  const value = trimBlanks(line.slice(colon + 1).replaceAll('\r', ' '));
  return value.includes('\0') ? 'has a NUL in its value' : [name, value];
}
