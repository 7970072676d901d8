import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AccessedRecording } from '../asked.ts';
import { authorize } from '../authorize.ts';
import { makePolicySet } from '../policy-set.ts';
import { PolicySlices } from '../policy-slices.ts';
import { listFormula } from './list-formula.ts';
import { holdsForRow } from './testing/holds-for-row.ts';
import { randomSet } from './testing/random-policies.ts';
import { randomCircumstances, randomQuestion, randomRecordings } from './testing/random-questions.ts';

const RUNS = Number(process.env['HOLDFAST_LISTING_RUNS'] ?? 120);

describe('what a list is filtered by', () => {
  it('is what authorize allows one by one, whatever the policies are, at one moment and at another', () => {
    fc.assert(
      fc.property(
        randomSet,
        fc.boolean(),
        fc.tuple(randomQuestion, randomCircumstances),
        randomRecordings,
        ({ own, grants }, withShipped, [first, later], recordings) => {
          const set = withShipped
            ? makePolicySet(1, own)
            : { version: 1, policies: own, slices: new PolicySlices(own) };
          for (const asked of [first, { ...first, context: later }]) {
            const { formula, unlistable } = listFormula(set, grants, asked);
            expect(unlistable).toEqual([]);
            for (const recording of recordings) {
              const thing = withGrants(recording, grants.length > 0);
              const { allowed, rule } = authorize(set, grants, { ...asked, thing });
              expect([holdsForRow(formula, thing), rule]).toEqual([allowed, rule]);
            }
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});

/** Nobody looks for the grants of whoever has none. */
function withGrants({ grants, ...recording }: AccessedRecording, looked: boolean): AccessedRecording {
  return looked && grants !== undefined ? { ...recording, grants } : recording;
}
