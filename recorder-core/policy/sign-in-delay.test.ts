import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { delayAfter } from './sign-in-delay.ts';

test('failed attempts are free at first, then each waits longer, and never longer than a quarter of an hour', () => {
  expect([1, 3, 4, 5, 6].map((failures) => delayAfter('account', failures))).toEqual([
    0, 0, 1000, 2000, 4000,
  ]);
  expect([20, 21, 22].map((failures) => delayAfter('address', failures))).toEqual([0, 1000, 2000]);
  fc.assert(
    fc.property(
      fc.constantFrom('account' as const, 'address' as const),
      fc.nat(100_000),
      (kind, failures) => {
        const [before, after] = [delayAfter(kind, failures), delayAfter(kind, failures + 1)];
        expect(after).toBeGreaterThanOrEqual(before);
        expect(after).toBeLessThanOrEqual(15 * 60_000);
      },
    ),
  );
});
