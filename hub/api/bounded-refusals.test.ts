import { expect, test } from '@jest/globals';
import { BoundedRefusals } from './bounded-refusals.ts';

const at = (ms: number): Date => new Date(ms);

test('the first twenty refusals of a minute are written, the rest are counted and told later', () => {
  const refusals = new BoundedRefusals();
  const written = Array.from({ length: 25 }, (_, i) => refusals.allow('link a', at(i))).filter(Boolean);
  expect(written).toHaveLength(20);
  expect(refusals.allow('link b', at(30))).toEqual({ unwritten: 0, last: false });
  expect(refusals.allow('link a', at(60_000))).toEqual({ unwritten: 5, last: false });
  expect(refusals.allow('link a', at(60_001))).toEqual({ unwritten: 0, last: false });
});
