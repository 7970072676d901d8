import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonValue } from './canonical-json.ts';
import { canonicalBytes, canonicalJson, parseCanonical } from './canonical-json.ts';

const refused = expect.objectContaining({ code: 'invalid_input' });
const json = fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' });

/** The same value with the members of all objects in another order. */
function reversed(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value as JsonValue;
  const members = Object.entries(value).reverse();
  return Object.fromEntries(members.map(([name, member]) => [name, reversed(member)]));
}

const memberText = ([name, value]: [string, number]): string => `${JSON.stringify(name)}:${value}`;

describe('canonical JSON', () => {
  it.each([
    // The numbers of RFC 8785 appendix B that JSON source text can write.
    [0, '0'],
    [-0, '0'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [9007199254740992, '9007199254740992'],
    [295147905179352830000, '295147905179352830000'],
    [1e21, '1e+21'],
    [999999999999999700000, '999999999999999700000'],
    [9.999999999999997e22, '9.999999999999997e+22'],
    [1e-6, '0.000001'],
    [1e-7, '1e-7'],
    [333333333.33333329, '333333333.3333333'],
    [-0.0000033333333333333333, '-0.0000033333333333333333'],
    [4.5, '4.5'],
    [2e-3, '0.002'],
  ])('writes the number %d as %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('escapes strings as RFC 8785 section 3.2.2.2 shows', () => {
    expect(canonicalJson('\u20ac$\u000f\u000aA\u0027\u0042\u0022\u005c\\\u0022/')).toBe(
      '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"',
    );
  });

  it('sorts names by UTF-16 code units as RFC 8785 section 3.2.3 shows', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    const value = Object.fromEntries(names.map((name) => [name, 0]));
    expect(canonicalJson(value)).toBe(`{${sorted.map((name) => `${JSON.stringify(name)}:0`).join(',')}}`);
  });

  it('is the same for the same value however it was put together, and says that value', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value as JsonValue);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(parseCanonical(Buffer.from(text)))).toBe(text);
      }),
    );
  });

  it('writes members in one order and each by its own name, whatever names in whatever orders were written before', () => {
    const name = fc.constantFrom(
      '__proto__',
      'constructor',
      'toString',
      '10',
      '2',
      '',
      '"',
      'b',
      'B',
      'a',
      'ä',
    );
    const members = fc.uniqueArray(fc.tuple(name, fc.nat()), { selector: ([one]) => one, maxLength: 4 });
    fc.assert(
      fc.property(members, (all) => {
        const value = JSON.parse(`{${all.map(memberText).join(',')}}`) as JsonValue;
        const sorted = all.toSorted(([some], [other]) => (some < other ? -1 : 1));
        expect(canonicalJson(value)).toBe(`{${sorted.map(memberText).join(',')}}`);
      }),
      { numRuns: 2000 }, // of four names there are more orders than are remembered
    );
  });

  it.each([
    ['NaN', Number.NaN],
    ['an infinity', Infinity],
    ['undefined', { a: undefined }],
    ['a bigint', 1n],
    ['a function', () => 0],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a buffer', Buffer.from('x')],
    ['a hole in an array', new Array(2)],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a name', { '\udc00': 1 }],
  ])('refuses %s', (_name, value) => {
    expect(() => canonicalJson(value as JsonValue)).toThrow(refused);
  });

  it('refuses values so deep that they could exhaust the stack, also when parsing', () => {
    const deep = '['.repeat(30_000) + ']'.repeat(30_000);
    expect(() => parseCanonical(Buffer.from(deep))).toThrow(refused);
    expect(canonicalJson(JSON.parse('['.repeat(60) + ']'.repeat(60)) as JsonValue)).toHaveLength(120);
    const nested = (levels: number, open: string, close: string): JsonValue =>
      JSON.parse(`${open.repeat(levels)}1${close.repeat(levels)}`) as JsonValue;
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      expect(canonicalJson(nested(64, open, close))).toBe(`${open.repeat(64)}1${close.repeat(64)}`);
      expect(() => canonicalJson(nested(65, open, close))).toThrow(refused);
    }
  });

  it('writes objects that have no prototype as any other', () => {
    const bare = Object.assign(Object.create(null) as Record<string, JsonValue>, { b: 1, a: true });
    expect(canonicalJson(bare)).toBe('{"a":true,"b":1}');
    expect(canonicalJson([null, false, 'x'])).toBe('[null,false,"x"]');
  });

  it.each([
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    '[1, 2]',
    '1.0',
    '"\\u0041"',
    '{"a":1}\n',
    '\ufeff1',
    '',
    '1e2',
    'nul',
  ])('refuses %j when canonical form is required', (text) => {
    expect(() => parseCanonical(Buffer.from(text))).toThrow(refused);
  });

  it('tells what is no JSON from what is not canonical, and why', () => {
    const cause = expect.any(SyntaxError) as unknown;
    expect(() => parseCanonical(Buffer.from('nul'))).toThrow(expect.objectContaining({ cause }));
    expect(() => parseCanonical(Buffer.from('nul'))).toThrow(/not JSON in UTF-8/);
    expect(() => parseCanonical(Buffer.from('1.0'))).toThrow(/not in canonical form/);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseCanonical(Buffer.from([0x22, 0xff, 0x22]))).toThrow(refused);
    expect(canonicalBytes('ä')).toEqual(Buffer.from('"ä"'));
  });
});
