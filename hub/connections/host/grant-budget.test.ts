import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { grantBudget, type BudgetCounters } from './grant-budget.ts';

const asks = fc.array(
  fc.record({
    gapMs: fc.integer({ min: 0, max: 2500 }),
    worker: fc.constantFrom('w1', 'w2'),
    lane: fc.constantFrom('live' as const, 'backfill' as const),
    requests: fc.integer({ min: 1, max: 12 }),
  }),
  { minLength: 10, maxLength: 60 },
);
const limits = fc.record({
  requestsPerSecond: fc.integer({ min: 2, max: 20 }),
  burst: fc.integer({ min: 1, max: 20 }),
  requests: fc.integer({ min: 3, max: 30 }),
  perSeconds: fc.integer({ min: 2, max: 10 }),
});

/** When each request that was given away may be sent, by lane. */
function timesOf(kind: 'fixed' | 'moving', limit: LimitOf, steps: readonly Ask[]) {
  const { requestsPerSecond, burst, requests, perSeconds } = limit;
  const rate = { requestsPerSecond, burst, windows: [{ kind, requests, perSeconds }], backfillShare: 0.5 };
  const sent: { readonly at: number; readonly lane: Ask['lane'] }[] = [];
  let [now, counters] = [1_000_000_000, {} as BudgetCounters];
  for (const { gapMs, worker: holder, lane, requests: asked } of steps) {
    now += gapMs;
    const grant = grantBudget(rate, counters, { now, holder, lane, requests: asked, slots: 1 });
    counters = grant.counters;
    if (grant.waits.length === 0) expect(grant.waitMs).toBeGreaterThan(0);
    for (const wait of grant.waits) sent.push({ at: now + wait, lane });
  }
  return sent;
}
type Ask = Parameters<Parameters<typeof asks.map>[0]>[0][number];
type LimitOf = Parameters<Parameters<typeof limits.map>[0]>[0];

test('a fixed window of the vendor never has more requests sent in it than it allows, of back-fill no more than its share', () => {
  fc.assert(
    fc.property(limits, asks, (limit, steps) => {
      const windowOf = ({ at }: { readonly at: number }) => Math.floor(at / (limit.perSeconds * 1000));
      const sent = timesOf('fixed', limit, steps);
      for (const [lane, most] of [
        ['all', limit.requests],
        ['backfill', Math.floor(limit.requests / 2)],
      ] as const)
        for (const times of Map.groupBy(
          sent.filter((one) => lane === 'all' || one.lane === lane),
          windowOf,
        ).values())
          expect(times.length).toBeLessThanOrEqual(most);
    }),
    { numRuns: 300 },
  );
});

test('a moving window has no more in any stretch of its length', () => {
  fc.assert(
    fc.property(limits, asks, (limit, steps) => {
      const times = timesOf('moving', limit, steps).map(({ at }) => at);
      for (const end of times) {
        const within = times.filter((at) => at <= end && at > end - limit.perSeconds * 1000);
        expect(within.length).toBeLessThanOrEqual(limit.requests);
      }
    }),
    { numRuns: 300 },
  );
});
