import fc from 'fast-check';

/** A part of a JSON schema, as the OpenAPI document has them. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Where ids and free texts of generated values come from. */
export interface ValueSource {
  readonly id: fc.Arbitrary<string>;
  readonly text: fc.Arbitrary<string>;
}

/** Longer lists show nothing more. */
const MOST_ITEMS = 3;
const NEVER_THERE = 'https://127.0.0.1:1/nothing';

/** Values that a schema allows, as far as it says; what it leaves to the code may be refused all the same. */
export function valuesOf(schema: JsonSchema, source: ValueSource): fc.Arbitrary<unknown> {
  const { type, enum: members, anyOf, oneOf } = schema;
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(members)) return fc.constantFrom(...(members as unknown[]));
  const choices = (anyOf ?? oneOf) as readonly JsonSchema[] | undefined;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => valuesOf(choice, source)));
  if (type === 'object') return objectsOf(schema, source);
  if (type === 'array') return arraysOf(schema, source);
  if (type === 'string') return textsOf(schema, source);
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  if (type === 'integer' || type === 'number') return numbersOf(schema);
  return fc.oneof(
    source.text,
    fc.integer(),
    fc.constant(null),
    fc.dictionary(source.text, source.text, { maxKeys: 2 }),
  );
}

function objectsOf(schema: JsonSchema, source: ValueSource): fc.Arbitrary<unknown> {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  const required = (schema['required'] ?? []) as string[];
  const known = Object.fromEntries(
    Object.entries(properties).map(([name, part]) => [name, valuesOf(part, source)]),
  );
  const record = fc.record(known, { requiredKeys: required, noNullPrototype: true });
  const more = schema['additionalProperties'];
  if (typeof more !== 'object' || more === null) return record;
  const names = valuesOf(
    (schema['propertyNames'] ?? { type: 'string' }) as JsonSchema,
    source,
  ) as fc.Arbitrary<string>;
  const rest = fc.dictionary(names, valuesOf(more as JsonSchema, source), {
    maxKeys: 2,
    noNullPrototype: true,
  });
  return fc.tuple(rest, record).map(([some, all]) => ({ ...some, ...all }));
}

function arraysOf(schema: JsonSchema, source: ValueSource): fc.Arbitrary<unknown> {
  const { minItems = 0, maxItems = MOST_ITEMS } = schema as { minItems?: number; maxItems?: number };
  const items = valuesOf((schema['items'] ?? {}) as JsonSchema, source);
  return fc.array(items, {
    minLength: minItems,
    maxLength: Math.max(minItems, Math.min(maxItems, MOST_ITEMS)),
  });
}

function numbersOf({ type, minimum, maximum, exclusiveMinimum }: JsonSchema): fc.Arbitrary<unknown> {
  const least = Math.max(
    Number(minimum ?? -1_000),
    exclusiveMinimum === undefined ? -Infinity : Number(exclusiveMinimum) + 1,
  );
  const most = Math.max(least, Math.min(Number(maximum ?? 1_000_000), Number.MAX_SAFE_INTEGER));
  if (type === 'number') return fc.double({ min: least, max: most, noNaN: true });
  // Small ones more often: they are pages, days and counts.
  return fc.oneof(
    fc.integer({ min: least, max: Math.min(most, least + 20) }),
    fc.maxSafeInteger().map((n) => Math.min(most, Math.max(least, n))),
  );
}

function textsOf(schema: JsonSchema, { id, text }: ValueSource): fc.Arbitrary<string> {
  const {
    format,
    pattern,
    minLength = 0,
    maxLength,
  } = schema as {
    format?: string;
    pattern?: string;
    minLength?: number;
    maxLength?: number;
  };
  const near = fc.integer({ min: -400, max: 400 }).map((days) => new Date(Date.now() + days * 86_400_000));
  if (format === 'uuid') return id;
  if (format === 'date-time') return near.map((at) => at.toISOString());
  if (format === 'date') return near.map((at) => at.toISOString().slice(0, 10));
  if (format === 'uri') return fc.constant(NEVER_THERE);
  if (format === 'ipv4') return fc.ipV4();
  if (format === 'ipv6') return fc.ipV6();
  if (pattern !== undefined) return matching(pattern);
  const fits = (one: string) => one.padEnd(minLength, 'x').slice(0, maxLength ?? Infinity);
  return fc.oneof(text.map(fits), id.map(fits));
}

const made = new Map<string, fc.Arbitrary<string>>();

/** Texts of a pattern; made once, since reading a pattern takes longer than sending a request. */
function matching(pattern: string): fc.Arbitrary<string> {
  const known = made.get(pattern) ?? fc.stringMatching(cheaper(pattern)).filter(whole(pattern));
  made.set(pattern, known);
  return known;
}

function whole(pattern: string): (text: string) => boolean {
  const exact = new RegExp(pattern, 'u');
  return (text) => exact.test(text);
}

/**
 * A pattern that fast-check makes texts of quickly: without look-ahead, which it does not know, without the whole of Unicode, and
 * with few repetitions. What it makes too much is looked for afterwards.
 */
function cheaper(pattern: string): RegExp {
  const plain = pattern.replaceAll(/\(\?=[^()]*\)/g, '').replaceAll('\\P{Cc}', '[ -~äß€]');
  const few = plain.replaceAll(/\{(\d+),(\d*)\}/g, (_, least: string, most: string) => {
    const cap = Number(least) + 8;
    return `{${least},${most === '' ? cap : Math.min(cap, Number(most))}}`;
  });
  return new RegExp(few, 'u');
}
