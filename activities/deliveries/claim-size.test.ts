import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { claimSize } from './claim-size.ts';

const limits = fc
  .record({ request: fc.integer({ min: 1, max: 5000 }), requests: fc.integer({ min: 1, max: 20 }) })
  .map(({ request, requests }) => ({ request, batch: request * requests }));
const last = fc.record({ records: fc.integer({ min: 1, max: 5000 }), ms: fc.nat(60_000) });

test('a lane that has sent nothing yet claims one request', () => {
  expect(claimSize({ request: 200, batch: 2000 }, undefined)).toBe(200);
});

test.each([
  ['at once', 0, 2000],
  ['in a tenth of a second', 100, 2000],
  ['in half a second', 500, 800],
  ['in a second and a half', 1500, 200],
  ['in a minute', 60_000, 200],
])('where 200 records took %s, %i ms, the next claim takes %i', (_words, ms, size) => {
  expect(claimSize({ request: 200, batch: 2000 }, { records: 200, ms })).toBe(size);
});

test('a claim is of whole requests, one at the least, and never of more than may be claimed together', () => {
  fc.assert(
    fc.property(limits, last, ({ request, batch }, pace) => {
      const size = claimSize({ request, batch }, pace);
      expect(size % request).toBe(0);
      expect(size).toBeGreaterThanOrEqual(request);
      expect(size).toBeLessThanOrEqual(batch);
    }),
  );
});

test('what is claimed goes within two seconds at the pace of before, unless it is one request', () => {
  fc.assert(
    fc.property(limits, last, (limit, { records, ms }) => {
      const size = claimSize(limit, { records, ms });
      if (size > limit.request) expect((size * ms) / records).toBeLessThanOrEqual(2000);
    }),
  );
});
