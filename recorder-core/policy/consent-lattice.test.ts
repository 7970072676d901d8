import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEMANDS, NO_DEMAND, OUTCOMES, atLeast, join, outcomeOf, whenMandated } from './consent-lattice.ts';
import type { Demand } from './consent-lattice.ts';

const demand: fc.Arbitrary<Demand> = fc.record({
  notice: fc.constantFrom('none', 'tone', 'announce', 'assent'),
  capture: fc.constantFrom('both', 'own-side', 'none', 'refuse-call'),
  paused: fc.boolean(),
});
const rank = (one: Demand): number => OUTCOMES.indexOf(outcomeOf(one));

describe('the lattice of consent demands', () => {
  test('joining is commutative, associative and idempotent, with NO_DEMAND as its neutral element', () => {
    fc.assert(
      fc.property(demand, demand, demand, (a, b, c) => {
        expect(join(a, b)).toEqual(join(b, a));
        expect(join(a, join(b, c))).toEqual(join(join(a, b), c));
        expect(join(a, a)).toEqual(a);
        expect(join(a, NO_DEMAND)).toEqual(a);
      }),
    );
  });

  test('a join satisfies both, and the outcome follows the order', () => {
    fc.assert(
      fc.property(demand, demand, (a, b) => {
        expect(atLeast(join(a, b), a)).toBe(true);
        expect(rank(join(a, b))).toBeGreaterThanOrEqual(Math.max(rank(a), rank(b)));
        if (atLeast(a, b) && atLeast(b, a)) expect(a).toEqual(b);
      }),
    );
  });

  test('the mandate keeps the order: what is stricter stays stricter', () => {
    fc.assert(
      fc.property(demand, demand, (a, b) => {
        expect(atLeast(whenMandated(join(a, b)), whenMandated(a))).toBe(true);
        expect(atLeast(whenMandated(a), a)).toBe(true);
      }),
    );
  });

  test('every outcome can be reached, and each value of a row has the outcome it should', () => {
    expect(
      Object.fromEntries(Object.entries(DEMANDS).map(([value, one]) => [value, outcomeOf(one)])),
    ).toEqual({
      'one-party': 'RECORD',
      'notice-or-tone': 'TONE',
      announce: 'ANNOUNCE',
      'knowledge-of-all': 'ANNOUNCE',
      'all-party': 'ASSENT',
      'own-side-only': 'OWN_SIDE_ONLY',
      pause: 'PAUSE',
      prohibited: 'DO_NOT_RECORD',
    });
    expect(outcomeOf(whenMandated(DEMANDS.prohibited))).toBe('REFUSE_CALL');
  });
});
