import { describe, expect, it } from '@jest/globals';
import { counted, quoted } from './refused.ts';
import {
  MOMENT,
  UUID,
  WORD,
  base64,
  count,
  list,
  nullable,
  object,
  oneOf,
  optional,
  text,
  type Shape,
} from './shape.ts';

function read<T>(shape: Shape<T>, value: unknown): T | string {
  try {
    return shape(value, 'there');
  } catch (error) {
    return (error as Error).message;
  }
}

describe('shapes', () => {
  it('of texts take what matches as a whole, and up to 10,000 characters otherwise', () => {
    expect(read(text(), 'a\n'.repeat(5_000))).toHaveLength(10_000);
    expect(read(text(), 'a'.repeat(10_001))).toBe('What stands at there is not a text of its form.');
    expect(read(text(), 5)).toBe('What stands at there is not a text of its form.');
    for (const word of ['a', 'a_b-c9', `a${'b'.repeat(63)}`]) expect(read(WORD, word)).toBe(word);
    for (const word of ['', 'A', '9', 'a b', 'a\n', ` a`, `a${'b'.repeat(64)}`])
      expect(read(WORD, word)).toMatch(/not a text/);
    const id = '01234567-89ab-cdef-0123-456789abcdef';
    expect(read(UUID, id)).toBe(id);
    for (const other of [`${id}0`, `0${id}`, id.toUpperCase(), id.slice(1), id.replaceAll('-', '')])
      expect(read(UUID, other)).toMatch(/not a text/);
  });

  it('of numbers take whole ones from the least on', () => {
    for (const number of [2, 3, Number.MAX_SAFE_INTEGER]) expect(read(count(2), number)).toBe(number);
    for (const other of [1, -1, 2.5, Number.NaN, 2 ** 53, '2', null, undefined])
      expect(read(count(2), other)).toBe('What stands at there is not a whole number from 2 on.');
    expect(read(count(), 0)).toBe(0);
  });

  it('of times take those that exist, written in the one way', () => {
    expect(read(MOMENT, '2028-02-29T23:59:59.999Z')).toBe('2028-02-29T23:59:59.999Z');
    for (const other of [
      '2027-02-29T00:00:00.000Z',
      '2027-01-01',
      '2027-01-01T00:00:00.000+00:00',
      0,
      null,
      '',
      {},
    ])
      expect(read(MOMENT, other)).toBe('What stands at there is not a time in UTC.');
  });

  it('of words, of nothing, of lists', () => {
    expect(read(oneOf(['a', 'b']), 'b')).toBe('b');
    expect(read(oneOf(['a', 'b']), 'c')).toBe('What stands at there is none of a, b.');
    expect(read(nullable(count()), null)).toBeNull();
    expect(read(nullable(count()), 5)).toBe(5);
    expect(read(nullable(count()), undefined)).toMatch(/whole number/);
    expect(read(optional(count()), undefined)).toBeUndefined();
    expect(read(optional(count()), 5)).toBe(5);
    expect(read(optional(count()), null)).toMatch(/whole number/);
    expect(read(list(count(), 2), [1, 2])).toEqual([1, 2]);
    expect(read(list(count(), 2), [1, 2, 3])).toBe('What stands at there is not a list of at most 2.');
    expect(read(list(count(), 2), 'ab')).toBe('What stands at there is not a list of at most 2.');
    expect(read(list(count(), 2), [1, 'x'])).toBe('What stands at there/1 is not a whole number from 0 on.');
  });

  it('of objects take these members and no others, not even inherited ones', () => {
    const shape = object({ a: count(), b: optional(count()) });
    expect(read(shape, { a: 1 })).toEqual({ a: 1, b: undefined });
    expect(read(shape, { a: 1, b: 2 })).toEqual({ a: 1, b: 2 });
    expect(read(shape, {})).toBe('What stands at there/a is not a whole number from 0 on.');
    expect(read(shape, { a: 1, toString: 2 })).toMatch(
      /has a member "toString", which the format does not know/,
    );
    expect(read(shape, JSON.parse('{"a":1,"__proto__":2}'))).toMatch(/has a member "__proto__"/);
    for (const other of [null, [], 'x', 5, undefined])
      expect(read(shape, other)).toBe('What stands at there is not an object.');
  });

  it('of base64 take its one spelling, of a length where one is asked for', () => {
    expect(read(base64(), 'AAE=')).toEqual(Buffer.from([0, 1]));
    expect(read(base64(), '')).toEqual(Buffer.alloc(0));
    expect(read(base64(2), 'AAE=')).toEqual(Buffer.from([0, 1]));
    for (const other of ['AAE', 'AAF=', 'AA E=', '-_', 'AAE=\n', 5, null])
      expect(read(base64(), other)).toBe('What stands at there is not base64 of its length.');
    expect(read(base64(3), 'AAE=')).toMatch(/not base64/);
  });
});

describe('what is said of evidence', () => {
  it('shows texts of others without what could play with a terminal', () => {
    expect(quoted('plain, Ä and 電話')).toBe('"plain, Ä and 電話"');
    expect(quoted('a\u001b[2J\u0007b\u202ec\u2028d\u0000e\nf')).toBe('"a?[2J?b?c?d?e?f"');
    expect(quoted('x'.repeat(160))).toBe(`"${'x'.repeat(160)}"`);
    expect(quoted('x'.repeat(161))).toBe(`"${'x'.repeat(160)}…"`);
  });

  it('counts in words', () => {
    expect([counted(0, 'part'), counted(1, 'part'), counted(2, 'part')]).toEqual([
      '0 parts',
      '1 part',
      '2 parts',
    ]);
    expect([counted(1, 'entry', 'entries'), counted(2, 'entry', 'entries')]).toEqual([
      '1 entry',
      '2 entries',
    ]);
  });
});
