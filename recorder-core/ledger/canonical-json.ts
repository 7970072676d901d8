/**
 * JSON Canonicalization Scheme (RFC 8785): one value, one sequence of bytes, so that hashes and signatures of
 * a value mean something.
 */
import { HoldfastError } from '../errors.ts';

/** What JSON can say. Numbers are IEEE doubles, strings well-formed Unicode. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** Deeper values are refused, so that no input can exhaust the stack. */
const MAX_DEPTH = 64;

/**
 * The canonical form of a value.
 * @throws invalid_input for what JSON cannot carry faithfully: NaN, infinities, undefined, bigint, functions,
 *   objects other than plain ones (a Date), lone surrogates, more than 64 levels.
 */
export function canonicalJson(value: JsonValue): string {
  return write(value, 0);
}

/** The canonical form in UTF-8. Errors as `canonicalJson`. */
export function canonicalBytes(value: JsonValue): Buffer {
  return Buffer.from(canonicalJson(value), 'utf8');
}

/**
 * Parses bytes that must be canonical already: anything else (spaces, another order, a name twice, a number
 * written otherwise, bad UTF-8) is refused, so that equal meaning always means equal bytes.
 * @throws invalid_input.
 */
export function parseCanonical(bytes: Uint8Array): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) as JsonValue;
  } catch (cause) {
    throw refusal('it is not JSON in UTF-8', cause);
  }
  if (!canonicalBytes(value).equals(bytes)) throw refusal('it is not in canonical form');
  return value;
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw refusal(`it is nested deeper than ${MAX_DEPTH} levels`);
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'number':
      // Section 3.2.2.3 takes the number format of ECMAScript, which is what JSON.stringify writes.
      if (!Number.isFinite(value)) throw refusal('it contains a number that JSON cannot write');
      return JSON.stringify(value);
    case 'string':
      return writeString(value);
    case 'object':
      return value === null ? 'null' : writeObject(value, depth);
    default:
      throw refusal(`it contains a value of type ${typeof value}`);
  }
}

function writeObject(value: object, depth: number): string {
  if (Array.isArray(value)) return writeArray(value, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw refusal('it contains an object with a class');
  let text = '';
  for (const name of sortedNames(value))
    text += `${text === '' ? '' : ','}${writeName(name)}:${write((value as Record<string, unknown>)[name], depth + 1)}`;
  return `{${text}}`;
}

/** Section 3.2.3: names sorted by UTF-16 code units, which is the default order of sort() and of `>`. Many stand so already. */
function sortedNames(value: object): readonly string[] {
  const names = Object.keys(value);
  let before = '';
  for (const name of names) {
    if (before > name) return orderOf(names);
    before = name;
  }
  return names;
}

/** Names in another order than the canonical, and in that; the same few come again and again. By how many they are. */
const orders = new Map<number, { readonly names: readonly string[]; readonly sorted: string[] }[]>();
const MOST_ORDERS = 8;

function orderOf(names: readonly string[]): string[] {
  const known = orders.get(names.length) ?? [];
  for (const order of known)
    if (order.names.every((name, index) => name === names[index])) return order.sorted;
  const order = { names, sorted: names.toSorted() };
  if (names.length <= MOST_NAMES) orders.set(names.length, [order, ...known].slice(0, MOST_ORDERS));
  return order.sorted;
}

const MOST_NAMES = 64;

/** Names as they are written; the same few come again and again. */
const written = new Map<string, string>();
const MOST_WRITTEN = 1000;

function writeName(name: string): string {
  const known = written.get(name);
  if (known !== undefined) return known;
  const text = writeString(name);
  if (written.size < MOST_WRITTEN && name.length <= 64) written.set(name, text);
  return text;
}

function writeArray(items: readonly unknown[], depth: number): string {
  let text = '';
  // By index, which visits holes too: they are refused like any undefined.
  for (let index = 0; index < items.length; index += 1)
    text += `${index === 0 ? '' : ','}${write(items[index], depth + 1)}`;
  return `[${text}]`;
}

/** Printable ASCII without quote and backslash: most of what is ever written, and nothing in it is escaped. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function writeString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw refusal('it contains a string with a lone surrogate');
  return JSON.stringify(text);
}

function refusal(reason: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `This value has no canonical JSON form: ${reason}. Nothing was recorded; correct the value.`,
    { cause },
  );
}
