import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AccessedRecording } from '../asked.ts';
import { calculate, compare, divide, like, member, sameText, within } from './atoms.ts';
import { and, either, keyOf, needs, not, or, type Atom, type Column, type Formula } from './formula.ts';
import { holdsForRow } from './testing/holds-for-row.ts';

const DEPARTMENT: Column = { name: 'department', holds: 'text', optional: true };
const CLASSIFICATION: Column = { name: 'classification', holds: 'text', optional: true };
const REGION: Column = { name: 'region', holds: 'text' };
const HELD: Column = { name: 'held', holds: 'flag' };
const STARTED: Column = { name: 'startedAt', holds: 'instant' };
/** As no recording has them; formulas know nothing of recordings. */
const ENDED: Column = { name: 'endedAt', holds: 'instant', optional: true };
const OWN_OF: Column = { name: 'ownOf', holds: 'texts' };

const present: Formula = { op: 'present', column: DEPARTMENT };
const held: Formula = { op: 'flag', column: HELD };
const sales = sameText(DEPARTMENT, 'sales');
const hr = sameText(DEPARTMENT, 'hr');
const eu = sameText(REGION, 'eu');

const atoms: Formula[] = [
  true,
  false,
  held,
  present,
  sales,
  hr,
  eu,
  { op: 'present', column: CLASSIFICATION },
  sameText(CLASSIFICATION, DEPARTMENT),
  like(CLASSIFICATION, ['any', { literal: 'r' }]),
  compare('<', STARTED, 5n),
];

const rows = fc.record({
  type: fc.constant('recording' as const),
  id: fc.constant('a'),
  region: fc.constantFrom('eu', 'us'),
  department: fc.constantFrom('sales', 'hr', null),
  classification: fc.constantFrom('sales', 'hr', null),
  retentionClass: fc.constant(''),
  source: fc.constant(''),
  startedAtMs: fc.constantFrom(4, 5),
  restricted: fc.constant(false),
  held: fc.boolean(),
  ownOf: fc.constant([]),
}) satisfies fc.Arbitrary<AccessedRecording>;

const ROW: AccessedRecording = {
  type: 'recording',
  ...{ id: 'a', region: 'eu', department: 'sales', classification: null, retentionClass: '', source: '' },
  ...{ startedAtMs: 4, restricted: false, held: false, ownOf: [] },
};

/** The same joined with and without what the constructors simplify. */
interface Pair {
  readonly made: Formula;
  readonly plain: Formula;
}

const pairs = fc.letrec<{ pair: Pair }>((tie) => ({
  pair: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(...atoms).map((atom) => ({ made: atom, plain: atom })),
    tie('pair').map(({ made, plain }): Pair => ({ made: not(made), plain: { op: 'not', of: plain } })),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('pair'), { maxLength: 3 }))
      .map(([op, parts]): Pair => ({
        made: (op === 'and' ? and : or)(...parts.map(({ made }) => made)),
        plain: { op, of: parts.map(({ plain }) => plain) },
      })),
    fc.tuple(tie('pair'), tie('pair'), tie('pair')).map(([when, yes, no]): Pair => ({
      made: either(when.made, yes.made, no.made),
      plain: {
        op: 'or',
        of: [
          { op: 'and', of: [when.plain, yes.plain] },
          { op: 'and', of: [{ op: 'not', of: when.plain }, no.plain] },
        ],
      },
    })),
  ),
})).pair;

describe('formulas', () => {
  it('say the same for every row however they are simplified', () => {
    fc.assert(
      fc.property(pairs, rows, ({ made, plain }, row) => {
        expect(holdsForRow(made, row)).toBe(holdsForRow(plain, row));
      }),
      { numRuns: 3000 },
    );
  });

  it('have no constant within them, and no join within one of its kind', () => {
    const isTidy = (formula: Formula, within?: string): boolean => {
      if (typeof formula === 'boolean') return within === undefined;
      if (formula.op === 'not') return isTidy(formula.of, 'not');
      if (formula.op !== 'and' && formula.op !== 'or') return true;
      return (
        formula.op !== within && formula.of.length > 1 && formula.of.every((part) => isTidy(part, formula.op))
      );
    };
    fc.assert(fc.property(pairs, ({ made }) => isTidy(made)));
  });

  it.each([
    ['nothing at all', and(), true],
    ['nothing of anything', or(), false],
    ['a thing said twice', and(held, eu, held), { op: 'and', of: [held, eu] }],
    ['a thing and its opposite', and(held, eu, not(held)), false],
    ['a thing or its opposite', or(held, eu, not(held)), true],
    ['what is guarded by its own question', and(present, or(not(present), sales)), sales],
    ['a comparison that a column must be there for', and(present, sales), sales],
    ['a comparison with a column that is not there', and(not(present), sales), false],
    ['not there, or compared', or(not(present), not(sales)), not(sales)],
    ['there, or not so', or(present, not(sales)), true],
    ['the same, either way', either(held, eu, eu), eu],
    ['what is known to hold', or(not(held), and(held, eu)), { op: 'or', of: [not(held), eu] }],
    ['what is known not to hold', or(held, and(eu, held)), held],
    ['a join of one kind within', and(and(held, eu), present), { op: 'and', of: [held, eu, present] }],
    ['deeper absence', and(not(present), or(held, sales, hr)), { op: 'and', of: [not(present), held] }],
  ] as readonly (readonly [string, Formula, Formula])[])('settle %s', (_what, made, expected) => {
    expect(made).toEqual(expected);
  });

  it.each([
    ['a flag', held, []],
    ['being there', present, []],
    ['a list', within(OWN_OF, ['a']), []],
    ['a text', sales, ['department']],
    ['two columns', sameText(CLASSIFICATION, DEPARTMENT), ['classification', 'department']],
    ['a column that always is there', eu, []],
    ['a pattern', like(CLASSIFICATION, ['any']), ['classification']],
    ['a member', member(DEPARTMENT, OWN_OF), ['department']],
    ['a member that is known', member('a', OWN_OF), []],
    ['a number', compare('<', STARTED, 5n), []],
    ['a number calculated', compare('<', calculate('+', STARTED, ENDED), 5n), ['endedAt']],
    ['a quotient', compare('<', 5n, divide(ENDED, 2n, 'down')), ['endedAt']],
    ['a sum on the right', compare('<', 5n, calculate('-', ENDED, STARTED)), ['endedAt']],
  ] as readonly (readonly [string, Formula, readonly string[]])[])(
    'need the columns that must be there: %s',
    (_what, formula, columns) => {
      expect(needs(formula as Atom).map(({ name }) => name)).toStrictEqual(columns);
    },
  );

  it('of one join keep apart what other columns say', () => {
    const other: Formula = { op: 'present', column: CLASSIFICATION };
    expect(and(other, sales)).toEqual({ op: 'and', of: [other, sales] });
    expect(and(not(present), held)).toEqual({ op: 'and', of: [not(present), held] });
    expect(and(sales, not(present))).toBe(false);
    expect(or(not(sales), present)).toBe(true);
    expect(and(or(held, present), sales)).toEqual(sales);
    expect(or(and(held, not(present)), not(sales))).toEqual(not(sales));
    const neither = and(not(present), not(sales));
    expect(holdsForRow(neither, { ...ROW, department: null })).toBe(true);
    expect(holdsForRow(neither, { ...ROW, department: 'hr' })).toBe(false);
  });

  it('have the same key where they say the same, and another where they do not', () => {
    expect(keyOf(and(held, eu))).toBe(keyOf(and(held, eu)));
    const keys = atoms.map(keyOf);
    expect(new Set([...keys, keyOf(and(held, eu)), keyOf(or(held, eu)), keyOf(not(held))]).size).toBe(
      keys.length + 3,
    );
    expect(keyOf(sameText({ name: 'department', holds: 'text' }, 'sales'))).toBe(keyOf(sales));
    expect(keyOf(compare('<', STARTED, 5n))).not.toBe(keyOf(compare('<', STARTED, 6n)));
  });
});
