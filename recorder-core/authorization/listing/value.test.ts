import { describe, expect, test } from '@jest/globals';
import type { Column, Formula } from './formula.ts';
import {
  choose,
  FAILS,
  has,
  hasAll,
  isEmpty,
  meets,
  same,
  truth,
  unless,
  always,
  type SameExtension,
  type Value,
} from './value.ts';

const yes: SameExtension = () => true;
const list = (name: string): Column => ({ name, holds: 'texts' });
const held: Formula = { op: 'flag', column: { name: 'held', holds: 'flag' } };
const text = (term: string): Value => ({ kind: 'string', term });
const person = (id: string, type = 'User'): Value => ({ kind: 'entity', type, id });
const set = (...items: Value[]) => ({ kind: 'set', items }) as const;
const ownOf = { kind: 'column-set', column: list('ownOf'), type: 'User' } as const;
const grants = { kind: 'column-set', column: list('grants'), type: null } as const;
const record = (fields: Record<string, Value>): Value => ({
  kind: 'record',
  fields: new Map(Object.entries(fields)),
});
const either = (one: Value, other: Value): Value => ({ kind: 'choice', when: held, yes: one, no: other });

/** One of each kind. */
const KINDS: readonly Value[] = [
  { kind: 'bool', when: true },
  { kind: 'long', term: 1n },
  { kind: 'datetime', term: 1n },
  { kind: 'duration', term: 1n },
  text('1'),
  person('1'),
  { kind: 'extension', fn: 'ip', arg: '1' },
  set(text('1')),
  record({ a: text('1') }),
];

describe('two values', () => {
  test('are the same as themselves, and different where they are of different kinds', () => {
    for (const one of KINDS)
      for (const other of KINDS)
        expect([one.kind, other.kind, same(one, other, yes)]).toEqual([one.kind, other.kind, one === other]);
  });

  test.each<[string, Value, Value, Formula]>([
    ['truths that differ', { kind: 'bool', when: true }, { kind: 'bool', when: false }, false],
    ['a truth of the row and a known one', { kind: 'bool', when: held }, { kind: 'bool', when: true }, held],
    ['entities of different types', person('a'), person('a', 'Group'), false],
    ['entities of different names', person('a'), person('b'), false],
    ['numbers', { kind: 'long', term: 1n }, { kind: 'long', term: 2n }, false],
    ['extensions of two functions', KINDS[6]!, { kind: 'extension', fn: 'decimal', arg: '1' }, false],
    ['records of other names', record({ a: text('1') }), record({ b: text('1') }), false],
    ['records of more names', record({ a: text('1') }), record({ a: text('1'), b: text('1') }), false],
    ['records with another value', record({ a: text('1') }), record({ a: text('2') }), false],
    ['sets in another order', set(text('a'), text('b')), set(text('b'), text('a'), text('b')), true],
    ['a part of a set', set(text('a')), set(text('a'), text('b')), false],
    ['one or the other', either(text('a'), text('b')), text('a'), held],
    ['and the other way round', text('a'), either(text('a'), text('b')), held],
  ])('%s', (_what, one, other, expected) => {
    expect(same(one, other, yes)).toEqual(expected);
  });

  test('of an extension are what Cedar says of them', () => {
    const asked: string[] = [];
    const never: SameExtension = (one, other) => (asked.push(one.kind, other.kind), false);
    expect(same(KINDS[6]!, KINDS[6]!, never)).toBe(false);
    expect(asked).toEqual(['extension', 'extension']);
  });
});

describe('a list of the row', () => {
  const member = (id: string): Formula => ({ op: 'member', text: id, column: ownOf.column });
  const within = (texts: string[], of = ownOf.column): Formula => ({ op: 'within', column: of, texts });

  test('has what can stand in it only', () => {
    expect(has(ownOf, person('ana'), yes)).toEqual(member('ana'));
    expect(has(ownOf, person('ana', 'Group'), yes)).toBe(false);
    expect(has(ownOf, text('ana'), yes)).toBe(false);
    expect(has(grants, text('g'), yes)).toEqual({ op: 'member', text: 'g', column: grants.column });
    expect(has(grants, person('g'), yes)).toBe(false);
    expect(has(ownOf, { kind: 'long', term: 1n }, yes)).toBe(false);
    expect(has(ownOf, either(person('ana'), text('x')), yes)).toEqual({
      op: 'and',
      of: [held, member('ana')],
    });
  });

  test('is held against known texts, and against another list', () => {
    expect(hasAll(set(person('ana'), text('x')), ownOf, yes)).toEqual(within(['ana']));
    expect(hasAll(ownOf, set(person('ana')), yes)).toEqual(member('ana'));
    expect(hasAll(ownOf, ownOf, yes)).toBe(true);
    expect(hasAll(ownOf, grants, yes)).toEqual(within([], grants.column));
    expect(hasAll(set(text('x'), either(person('ana'), person('ben'))), ownOf, yes)).toEqual({
      op: 'or',
      of: [
        { op: 'and', of: [held, within(['ana'])] },
        { op: 'and', of: [{ op: 'not', of: held }, within(['ben'])] },
      ],
    });
  });

  test('meets what it has something of', () => {
    expect(meets(ownOf, set(person('ana'), person('ben')), yes)).toEqual({
      op: 'or',
      of: [member('ana'), member('ben')],
    });
    expect(meets(set(person('ana')), ownOf, yes)).toEqual(member('ana'));
    expect(meets(ownOf, ownOf, yes)).toEqual({ op: 'not', of: within([]) });
    expect(meets(ownOf, grants, yes)).toBe(false);
  });

  test('is empty where it has nothing; a known one is or is not', () => {
    expect(isEmpty(ownOf)).toEqual(within([]));
    expect([isEmpty(set()), isEmpty(set(text('a')))]).toEqual([true, false]);
  });
});

describe('an outcome', () => {
  test('that always is an error has no value', () => {
    expect(unless(true, text('a'))).toBe(FAILS);
    expect(unless(held, text('a'))).toEqual({ error: held, value: text('a') });
  });

  test('is one or the other, at once where that is known', () => {
    const [one, other] = [always(text('a')), always(text('b'))];
    expect([choose(true, one, other), choose(false, one, other)]).toEqual([one, other]);
    expect(choose(true, one, other)).toBe(one);
    expect(choose(held, one, other)).toEqual(always(either(text('a'), text('b'))));
    expect(choose(held, truth(true), truth(false))).toEqual(truth(held));
    expect(choose(held, truth(true), other).value?.kind).toBe('choice');
    expect(choose(held, one, truth(true)).value?.kind).toBe('choice');
    expect(choose(held, FAILS, other)).toEqual({ error: held, value: text('b') });
    expect(choose(held, one, FAILS)).toEqual({ error: { op: 'not', of: held }, value: text('a') });
  });
});
