import { describe, expect, test } from '@jest/globals';
import { productCases } from '../matrix/cases.ts';
import { observedOf, requiredOf } from '../matrix/compare-case.ts';
import { titleOf } from '../matrix/matrix-case.ts';
import { playCase } from '../matrix/play-case.ts';

describe('every call of the matrix, not only its pairs, is recorded as it was:', () => {
  test.each(productCases().map((played) => [titleOf(played), played] as const))(
    '%s',
    async (_title, played) => {
      const outcome = await playCase(played);
      expect(observedOf(played, outcome)).toEqual(requiredOf(played, outcome));
    },
  );
});
