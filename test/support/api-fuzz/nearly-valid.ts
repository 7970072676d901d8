import fc from 'fast-check';

/** What programs send that nobody meant to: of other types, too long, out of range, or no text at all. */
const JUNK: readonly unknown[] = [
  null,
  '',
  ' ',
  '\0',
  '\ud800',
  '%',
  "' or true --",
  '../../etc/passwd',
  '{{7*7}}',
  'x'.repeat(5_000),
  '9'.repeat(400),
  -1,
  0.5,
  2 ** 53,
  1e308,
  true,
  [],
  {},
  [[]],
  { $ref: '#' },
  '0000-00-00T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '00000000-0000-0000-0000-000000000000',
];

/** A value with one part of it replaced by junk, left out, or something added to it. */
export function nearlyValid(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const junk = fc.constantFrom(...JUNK);
  return fc
    .tuple(valid, fc.nat(), junk, fc.constantFrom('replace', 'leave out', 'add'))
    .map(([value, at, part, how]) => {
      const places = placesIn(value);
      const place = places[at % Math.max(1, places.length)];
      if (place === undefined) return part;
      return changed(value, place, how === 'leave out' ? undefined : part, how === 'add');
    });
}

type Place = readonly (string | number)[];

/** Every part of a value, itself left out. */
function placesIn(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, part]) => [[...at, key], ...placesIn(part, [...at, key])]);
}

function changed(value: unknown, [key, ...rest]: Place, part: unknown, added: boolean): unknown {
  if (key === undefined || typeof value !== 'object' || value === null) return part;
  if (Array.isArray(value))
    return value.flatMap((one: unknown, at) =>
      at !== key ? [one] : rest.length > 0 ? [changed(one, rest, part, added)] : added ? [one, part] : [part],
    );
  const record = value as Record<string, unknown>;
  if (rest.length > 0) return { ...record, [key]: changed(record[key], rest, part, added) };
  if (added) return { ...record, [`${key}X`]: part };
  const kept = Object.entries(record).filter(([name]) => name !== key);
  return Object.fromEntries(part === undefined ? kept : [...kept, [key, part]]);
}
