/**
 * fast-check for mutation runs: few cases, always the same ones, and no search for the smallest that fails. A mutant is
 * noticed by the first case that tells it apart, and thousands of mutants meet each property.
 */
import fc from 'fast-check';

const MOST_CASES = 25;

export * from 'fast-check';

export default {
  ...fc,
  assert: (property: fc.IRawProperty<unknown>, parameters: fc.Parameters<unknown> = {}): unknown =>
    fc.assert(property, {
      ...parameters,
      numRuns: Math.min(parameters.numRuns ?? MOST_CASES, MOST_CASES),
      seed: 1,
      endOnFailure: true,
    }),
};
