import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRateBudget } from './rate-budget.ts';

const never = new AbortController().signal;

/** A clock on which waiting passes time at once. */
function jumpingClock() {
  const clock = { at: 1_000_000, waits: [] as number[] };
  return {
    clock,
    now: () => clock.at,
    wait: (ms: number) => {
      clock.waits.push(ms);
      clock.at += ms;
      return Promise.resolve();
    },
  };
}

describe('createRateBudget', () => {
  test('lets a burst through and then spaces the requests', async () => {
    const time = jumpingClock();
    const budget = createRateBudget({ requestsPerSecond: 10, burst: 3 }, time);
    for (let n = 0; n < 5; n += 1) await budget.take(never);
    expect(time.clock.waits).toEqual([100, 100]);
  });

  test('a pause that is short is waited out, a long one is refused with its length', async () => {
    const time = jumpingClock();
    const budget = createRateBudget({ requestsPerSecond: 10, burst: 3 }, time, 10_000);
    budget.pause(4000);
    await budget.take(never);
    expect(time.clock.waits).toEqual([4000]);
    budget.pause(60_000);
    await expect(budget.take(never)).rejects.toMatchObject({
      remoteError: { class: 'throttled', scope: 'connection', afterMs: 60_000 },
    });
  });

  test('never lets more than burst plus rate times time through, in any window', async () => {
    const limits = fc.record({
      requestsPerSecond: fc.integer({ min: 1, max: 50 }),
      burst: fc.integer({ min: 1, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(
        limits,
        fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 40 }),
        async (limit, gaps) => {
          const time = jumpingClock();
          const budget = createRateBudget(limit, time);
          const taken: number[] = [];
          for (const gap of gaps) {
            time.clock.at += gap;
            await budget.take(never);
            taken.push(time.clock.at);
          }
          taken.forEach((start, index) => {
            taken.slice(index).forEach((end, further) => {
              const allowed = limit.burst + ((end - start) / 1000) * limit.requestsPerSecond;
              expect(further + 1).toBeLessThanOrEqual(allowed + 1e-6);
            });
          });
        },
      ),
      { numRuns: 100 },
    );
  });
});
