import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { authorize } from '../authorize.ts';
import { makePolicySet } from '../policy-set.ts';
import { PolicySlices } from '../policy-slices.ts';
import { listFormula } from './list-formula.ts';
import { holdsForRow } from './testing/holds-for-row.ts';
import { randomSet } from './testing/random-policies.ts';
import { randomQuestion, randomRecordings } from './testing/random-questions.ts';

const RUNS = Number(process.env['HOLDFAST_LISTING_RUNS'] ?? 200);

describe('what a list is filtered by', () => {
  it('is what authorize allows one by one, whatever the policies are', () => {
    fc.assert(
      fc.property(
        randomSet,
        fc.boolean(),
        randomQuestion,
        randomRecordings,
        ({ own, grants }, withShipped, asked, recordings) => {
          const set = withShipped
            ? makePolicySet(1, own)
            : { version: 1, policies: own, slices: new PolicySlices(own) };
          const { formula, unlistable } = listFormula(set, grants, asked);
          expect(unlistable).toEqual([]);
          for (const thing of recordings) {
            const decided = authorize(set, grants, { ...asked, thing });
            expect([holdsForRow(formula, thing), decided.rule]).toEqual([decided.allowed, decided.rule]);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});
