import { HoldfastError } from '../errors.ts';
import { splitUnquoted, trimBlanks } from './quoted-text.ts';

/** Compact forms of header names (RFC 3261 section 7.3.3, RFC 6665, 3515, 3892, 4028, 3841, 8224). */
const COMPACT_FORMS: Readonly<Record<string, string>> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  n: 'Identity-Info',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
};

/** Headers whose value is a comma-separated list, one row or many (RFC 3261 section 7.3.1 and the extensions we meet). */
const LIST_HEADERS: ReadonlySet<string> = new Set(
  (
    'accept accept-contact accept-encoding accept-language alert-info allow allow-events call-info contact ' +
    'content-encoding content-language diversion error-info history-info in-reply-to p-asserted-identity ' +
    'p-preferred-identity path proxy-require reason record-route recv-info reject-contact require route ' +
    'service-route supported unsupported user-to-user via warning'
  ).split(' '),
);

const TOKEN = /^[\w.!%*+`'~-]+$/;

/** One header row: the name in its long form, the value unfolded and without outer blanks. */
export type HeaderRow = readonly [name: string, value: string];

/**
 * The headers of a message: an ordered multimap with case-insensitive names. Compact names are stored in
 * their long form. A name that is no token, or a value with a line break or NUL, is refused with
 * `invalid_input`, so that nothing can be injected into a message.
 */
export class Headers {
  #rows: { key: string; name: string; value: string }[] = [];

  constructor(rows: Iterable<HeaderRow> = []) {
    for (const [name, value] of rows) this.append(name, value);
  }

  /** Headers from a plain object, in its own order. */
  static from(record: Readonly<Record<string, string>> = {}): Headers {
    return new Headers(Object.entries(record));
  }

  /** True for a header that `getAll` splits at commas. */
  static isList(name: string): boolean {
    return LIST_HEADERS.has(longName(name).toLowerCase());
  }

  /** The first value: for a list header its first member ('' when the list is empty). */
  get(name: string): string | undefined {
    const key = keyOf(name);
    const row = this.#rows.find((candidate) => candidate.key === key);
    if (row === undefined || !LIST_HEADERS.has(key)) return row?.value;
    return this.getAll(name)[0] ?? '';
  }

  /** All values in order; list headers are split into members and empty members left out. */
  getAll(name: string): string[] {
    const key = keyOf(name);
    const values = this.#rows.filter((row) => row.key === key).map((row) => row.value);
    if (!LIST_HEADERS.has(key)) return values;
    return values.flatMap((value) => splitUnquoted(value, ',')).filter((member) => member !== '');
  }

  /** How many rows carry this name, however many members each has. */
  count(name: string): number {
    const key = keyOf(name);
    return this.#rows.filter((row) => row.key === key).length;
  }

  has(name: string): boolean {
    return this.count(name) > 0;
  }

  /** Replaces every row of this name by one, at the place of the first. */
  set(name: string, value: string): this {
    const row = rowOf(name, value);
    const at = this.#rows.findIndex((candidate) => candidate.key === row.key);
    if (at === -1) return this.append(name, value);
    const before = this.#rows.slice(0, at);
    this.#rows = [...before, row, ...this.#rows.slice(at).filter((candidate) => candidate.key !== row.key)];
    return this;
  }

  /** Adds a row at the end. */
  append(name: string, value: string): this {
    this.#rows.push(rowOf(name, value));
    return this;
  }

  /** Adds a row before all others: a new Via. */
  prepend(name: string, value: string): this {
    this.#rows.unshift(rowOf(name, value));
    return this;
  }

  /** Replaces only the first member of a header, leaving other members and rows as they are; nothing when absent. */
  replaceFirst(name: string, value: string): this {
    const replacement = rowOf(name, value);
    const row = this.#rows.find((candidate) => candidate.key === replacement.key);
    if (row === undefined) return this;
    const others = LIST_HEADERS.has(row.key) ? splitUnquoted(row.value, ',').filter(Boolean).slice(1) : [];
    row.value = [replacement.value, ...others].join(', ');
    return this;
  }

  delete(name: string): this {
    const key = keyOf(name);
    this.#rows = this.#rows.filter((row) => row.key !== key);
    return this;
  }

  /** The rows as they stand, in order, lists unsplit. */
  entries(): HeaderRow[] {
    return this.#rows.map((row) => [row.name, row.value] as const);
  }

  /** An independent copy. */
  clone(): Headers {
    const copy = new Headers();
    copy.#rows = this.#rows.map((row) => ({ ...row }));
    return copy;
  }
}

/** The long form of a header name; names that are not compact come back as they are. */
export function longName(name: string): string {
  return (name.length === 1 ? COMPACT_FORMS[name.toLowerCase()] : undefined) ?? name;
}

function keyOf(name: string): string {
  return longName(name).toLowerCase();
}

function rowOf(name: string, value: string): { key: string; name: string; value: string } {
  if (!TOKEN.test(name)) {
    throw new HoldfastError(
      'invalid_input',
      'A header name holds a character that SIP does not allow; use a token.',
    );
  }
  if (/[\r\n\0]/.test(value)) {
    throw new HoldfastError(
      'invalid_input',
      `The value of header ${name} holds a line break or NUL; it would break the message. Remove it.`,
    );
  }
  return { key: keyOf(name), name: longName(name), value: trimBlanks(value) };
}
