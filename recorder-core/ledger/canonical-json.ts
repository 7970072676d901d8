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
  const { sorted, leads } = orderOf(Object.keys(value));
  let text = '';
  for (let index = 0; index < sorted.length; index += 1)
    text += `${leads[index] ?? ''}${write((value as Record<string, unknown>)[sorted[index] ?? ''], depth + 1)}`;
  return text === '' ? '{}' : `${text}}`;
}

/** Names of an object as they stand, in the canonical order, and as they are written before their values in that. */
interface NameOrder {
  readonly names: readonly string[];
  readonly sorted: readonly string[];
  readonly leads: readonly string[];
}

/** The same few sets of names come again and again; by how many they are. */
const orders = new Map<number, readonly NameOrder[]>();
const MOST_ORDERS = 8;
/** Longer ones are not remembered. */
const MOST_LETTERS = 4096;

function orderOf(names: readonly string[]): NameOrder {
  const known = orders.get(names.length) ?? [];
  for (const order of known) if (areEqual(order.names, names)) return order;
  // Section 3.2.3: by UTF-16 code units, which is the default order of sorting.
  const sorted = names.toSorted();
  const leads = sorted.map((name, index) => `${index === 0 ? '{' : ','}${writeString(name)}:`);
  const order = { names, sorted, leads };
  const letters = leads.reduce((sum, { length }) => sum + length, 0);
  if (letters <= MOST_LETTERS) orders.set(names.length, [order, ...known].slice(0, MOST_ORDERS));
  return order;
}

function areEqual(some: readonly string[], others: readonly string[]): boolean {
  for (let index = 0; index < some.length; index += 1) if (some[index] !== others[index]) return false;
  return true;
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
