import { describe, expect, test } from '@jest/globals';
import { calculate, compare, divide, fits, like, matches, member, sameText, within } from './atoms.ts';
import type { Column, PatternPart } from './formula.ts';
import { readValue } from './read-value.ts';
import { RECORDING_COLUMNS, Store } from './store.ts';
import { FAILS } from './value.ts';

const column = (name: string): Column => RECORDING_COLUMNS.get(name) ?? { name, holds: 'text' };
const [region, department] = [column('region'), column('department')];
const MOST = 2n ** 63n - 1n;

describe('an atom', () => {
  test('of two texts is settled where both are known, and where both are one column', () => {
    expect([sameText('a', 'a'), sameText('a', 'b'), sameText(region, region)]).toEqual([true, false, true]);
    expect(sameText(department, department)).toEqual({ op: 'present', column: department });
    const asked = { op: 'same-text', left: region, right: 'a' };
    expect([sameText(region, 'a'), sameText('a', region)]).toEqual([asked, asked]);
    expect(sameText(region, department)).toEqual({ op: 'same-text', left: region, right: department });
  });

  test('of two numbers is settled where both are known', () => {
    expect([compare('=', 1n, 1n), compare('=', 1n, 2n)]).toEqual([true, false]);
    expect([compare('<', 1n, 2n), compare('<', 2n, 2n)]).toEqual([true, false]);
    expect([compare('<=', 2n, 2n), compare('<=', 3n, 2n)]).toEqual([true, false]);
    const startedAt = column('startedAt');
    expect(compare('<', startedAt, 1n)).toEqual({ op: 'compare', by: '<', left: startedAt, right: 1n });
  });

  test('of a number that 64 bits hold is settled', () => {
    expect([MOST, -MOST - 1n, 0n].map(fits)).toEqual([true, true, true]);
    expect([MOST + 1n, -MOST - 2n].map(fits)).toEqual([false, false]);
    expect(fits(column('startedAt'))).toBe(true);
  });

  test.each([
    [-7n, 'zero', -3n],
    [-7n, 'down', -4n],
    [-8n, 'down', -4n],
    [7n, 'down', 3n],
    [7n, 'zero', 3n],
  ] as const)('%s by 2 towards %s is %s', (left, towards, quotient) =>
    expect(divide(left, 2n, towards)).toBe(quotient),
  );

  test('of a text and a column, or of two columns, is asked of the row', () => {
    expect(sameText('region', region)).toEqual({ op: 'same-text', left: region, right: 'region' });
    expect(member('a', column('ownOf'))).toEqual({ op: 'member', text: 'a', column: column('ownOf') });
    expect(within(column('ownOf'), ['a'])).toEqual({ op: 'within', column: column('ownOf'), texts: ['a'] });
    const at = column('startedAt');
    expect(compare('<=', 1n, at)).toEqual({ op: 'compare', by: '<=', left: 1n, right: at });
  });

  test.each([
    ['+', 5n],
    ['-', -1n],
    ['*', 6n],
  ] as const)('of numbers calculated by %s is settled where both are known', (op, result) => {
    expect(calculate(op, 2n, 3n)).toBe(result);
    const at = column('startedAt');
    expect(calculate(op, at, 3n)).toEqual({ op, left: at, right: 3n });
    expect(calculate(op, 2n, at)).toEqual({ op, left: 2n, right: at });
    const outside = [
      { op: 'compare', by: '<', left: MOST, right: calculate(op, at, 3n) },
      { op: 'compare', by: '<', left: calculate(op, at, 3n), right: -MOST - 1n },
    ];
    expect(fits(calculate(op, at, 3n))).toEqual({ op: 'not', of: { op: 'or', of: outside } });
  });

  test('of a quotient of a column is asked of the row', () => {
    const at = column('startedAt');
    expect(divide(at, 2n, 'down')).toEqual({ op: '/', left: at, by: 2n, towards: 'down' });
  });

  test.each([
    ['b', ['any', { literal: 'b' }, { literal: 'c' }], false],
    ['abc', [{ literal: 'a' }, { literal: 'bc' }], true],
    ['abc', [{ literal: 'ab' }], false],
    ['abc', [{ literal: 'b' }, 'any'], false],
    ['abcabd', [{ literal: 'a' }, 'any', { literal: 'c' }, 'any', { literal: 'd' }], true],
    ['abd', ['any', { literal: 'c' }, 'any', { literal: 'd' }], false],
    ['aba', ['any', { literal: 'ab' }, 'any', { literal: 'ba' }], false],
    ['ab', ['any', { literal: 'a' }, 'any', { literal: 'a' }, 'any', { literal: 'b' }], false],
    ['aab', ['any', { literal: 'a' }, 'any', { literal: 'a' }, 'any', { literal: 'b' }], true],
    ['aXbXc', ['any', { literal: 'b' }, 'any', { literal: 'a' }, 'any'], false],
  ] as [string, PatternPart[], boolean][])(
    'of the text %s and a pattern is settled',
    (text, pattern, does) => {
      expect(matches(text, pattern)).toBe(does);
    },
  );

  test('of a pattern is settled where the text is known', () => {
    expect(like('abc', ['any', { literal: 'c' }])).toBe(true);
    expect(like(region, ['any'])).toEqual({ op: 'like', text: region, pattern: ['any'] });
    expect(matches('abc', ['any', { literal: 'a' }, 'any'])).toBe(true);
    expect(matches('xab', [{ literal: 'x' }, 'any', { literal: 'a' }, 'any', { literal: 'b' }])).toBe(true);
    expect(matches('ab', [{ literal: 'ab' }, 'any', { literal: 'b' }])).toBe(false);
    expect(matches('ab', [])).toBe(false);
  });
});

describe('a value of JSON', () => {
  test('that Cedar has not is an error', () => {
    for (const json of [null, [null], [1, null], { a: null }])
      expect(readValue(json as never)).toEqual(FAILS);
    expect(readValue([{ __extn: { fn: 'datetime', arg: 'x' } }])).toEqual(FAILS);
  });

  test('that cannot be read exactly is told', () => {
    expect(() => readValue(2 ** 53)).toThrow('too large to be read exactly');
    expect(() => readValue({ __extn: { fn: 'ip', arg: 1 } })).toThrow('A value of ip is written');
  });
});

test('a recording has grants only for those who have some, and everything else in any case', () => {
  const store = (hasGrants: boolean) =>
    new Store({
      principal: { uid: { type: 'User', id: 'ana' }, attrs: {}, parents: [] },
      action: { type: 'Action', id: 'recording.list' },
      context: {},
      hasGrants,
    });
  const thing = { kind: 'entity', type: 'Recording', id: column('id') } as const;
  expect(store(false).attribute(thing, 'grants')).toEqual(FAILS);
  expect(store(true).attribute(thing, 'grants').error).toBe(false);
  for (const name of ['held', 'ownOf', 'region'])
    expect(store(false).attribute(thing, name).error).toBe(false);
  expect(store(false).hasAttribute(thing, 'department')).toEqual({ op: 'present', column: department });
});
