import {
  celList,
  celMap,
  isCelList,
  isCelMap,
  isCelType,
  isCelUint,
  type CelInput,
  type CelValue,
} from '@bufbuild/cel';
import { refuse } from './expression-fault.ts';
import { isList, withoutNull, type ExpressionType } from './expression-type.ts';
import { isStamp, millisecondsOf, stamp } from './functions/cel-types.ts';

/** What an expression gives: plain values; instants are RFC 3339 texts in UTC with milliseconds, durations texts in seconds. */
export type PlainValue =
  string | number | boolean | null | readonly PlainValue[] | { readonly [key: string]: PlainValue };

/** A value as the evaluator takes it, by its declared type. Records are opened field by field, when they are asked for one. */
export function toCel(value: unknown, type: ExpressionType): CelInput {
  if (value === null || value === undefined) return null;
  const inner = withoutNull(type);
  switch (typeof value) {
    case 'string':
      return inner === 'instant' || inner === 'duration' ? timeOf(value, inner) : value;
    case 'number':
      return inner === 'integer' && Number.isSafeInteger(value) ? BigInt(value) : value;
    case 'boolean':
      return value;
    case 'object':
      break;
    default:
      throw new Error(`convert: ${typeof value} is no value`);
  }
  if (Array.isArray(value)) {
    const of = isList(inner) ? inner.list : 'any';
    return celList(value.map((item: unknown) => toCel(item, of)));
  }
  return celMap(new LazyFields(value, inner));
}

/** The own fields of an object; a field is turned into a value of the evaluator when it is first asked for. */
class LazyFields implements ReadonlyMap<string, CelInput> {
  readonly #made = new Map<string, CelInput>();
  readonly #object: object;
  readonly #type: ExpressionType;

  constructor(object: object, type: ExpressionType) {
    this.#object = object;
    this.#type = type;
  }

  get(key: string): CelInput | undefined {
    const made = this.#made.get(key);
    if (made !== undefined) return made;
    if (typeof key !== 'string' || !Object.hasOwn(this.#object, key)) return undefined;
    const value = toCel(Reflect.get(this.#object, key), this.#typeOf(key));
    this.#made.set(key, value);
    return value;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#object, key);
  }

  get size(): number {
    return Object.keys(this.#object).length;
  }

  keys(): MapIterator<string> {
    return new Map(Object.keys(this.#object).map((key) => [key, null])).keys();
  }

  values(): MapIterator<CelInput> {
    return this.#all().values();
  }

  entries(): MapIterator<[string, CelInput]> {
    return this.#all().entries();
  }

  [Symbol.iterator](): MapIterator<[string, CelInput]> {
    return this.entries();
  }

  forEach(callback: (value: CelInput, key: string, map: ReadonlyMap<string, CelInput>) => void): void {
    this.#all().forEach(callback);
  }

  #all(): Map<string, CelInput> {
    return new Map(Object.keys(this.#object).map((key) => [key, this.get(key) ?? null]));
  }

  #typeOf(key: string): ExpressionType {
    const type = this.#type;
    if (typeof type === 'string') return 'any';
    if ('map' in type) return type.map;
    return 'object' in type && Object.hasOwn(type.object, key) ? (type.object[key] ?? 'any') : 'any';
  }
}

function timeOf(text: string, type: 'instant' | 'duration'): CelInput {
  const ms = type === 'instant' ? Date.parse(text) : Number(text.replace(/s$/, '')) * 1000;
  if (!Number.isFinite(ms)) throw new Error(`convert: no ${type}`);
  return stamp(type === 'instant' ? 'Timestamp' : 'Duration', ms) as never;
}

/** A result as plain data. @throws Error that means a fault of the run: integers beyond 2^53, bytes, keys that are no texts. */
export function fromCel(value: CelValue, depth = 0): PlainValue {
  if (depth > 32) throw new Error('limit: depth');
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return safe(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : refuse('number out of range');
  if (isCelUint(value)) return safe(value.value);
  if (isCelList(value)) return [...value].map((item) => fromCel(item, depth + 1));
  if (isCelMap(value))
    return Object.fromEntries(
      [...value].map(([key, item]) => [
        typeof key === 'string' ? key : refuse('convert: a key is no text'),
        fromCel(item, depth + 1),
      ]),
    );
  if (isCelType(value)) return value.name;
  if (isStamp(value)) {
    if (value.message.$typeName.endsWith('.Timestamp')) return new Date(millisecondsOf(value)).toISOString();
    return `${Number(value.message.seconds) + value.message.nanos / 1e9}s`;
  }
  return refuse('convert: bytes are no value');
}

function safe(value: bigint): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : refuse('int overflow');
}
