import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RateLimit } from '../../../connectors/kit/manifest.ts';
import { createMemoryBudgetStore, type BudgetStore } from './budget-store.ts';
import { createConnectionBudget, type WorkLane } from './connection-budget.ts';

/** A clock on which waiting passes time at once. */
function jumpingClock() {
  const clock = { at: 1_000_000, waits: [] as number[] };
  return {
    clock,
    now: () => clock.at,
    wait: (ms: number) => {
      clock.waits.push(Math.round(ms));
      clock.at += ms;
      return Promise.resolve();
    },
  };
}

function open(limit: RateLimit, time = jumpingClock(), store?: BudgetStore, holder = 'w1') {
  const of = { tenantId: 't1', connectionId: 'c1' };
  const shared = store ?? createMemoryBudgetStore(time.now);
  const budget = createConnectionBudget({ of, limit, store: shared, clock: time, holder });
  const enter = (
    lane: WorkLane = 'live',
    cost = 1,
    passBreaker = false,
    signal = new AbortController().signal,
  ) => budget.enter({ signal, lane, cost, passBreaker });
  return { time, budget, enter };
}

const failing = (errorClass: string, afterMs: number) => ({
  remoteError: { class: errorClass, scope: 'connection', afterMs },
});

describe('the budget of a connection', () => {
  test('lets a burst through and then spaces the requests', async () => {
    const { enter, time } = open({ requestsPerSecond: 10, burst: 3 });
    for (let n = 0; n < 5; n += 1) (await enter())();
    expect(time.clock.waits).toEqual([100, 100]);
  });

  test('a pause that is short is waited out, a long one is refused with its length', async () => {
    const { enter, budget, time } = open({ requestsPerSecond: 10, burst: 3 });
    await budget.pause(4000);
    await enter();
    expect(time.clock.waits).toEqual([4000]);
    await budget.pause(60_000);
    await expect(enter()).rejects.toMatchObject(failing('throttled', 60_000));
  });

  test('never lets more than burst plus rate times time through, in any window, over two workers', async () => {
    const limits = fc.record({
      requestsPerSecond: fc.integer({ min: 1, max: 50 }),
      burst: fc.integer({ min: 1, max: 20 }),
    });
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.boolean()), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(limits, steps, async (limit, gaps) => {
        const time = jumpingClock();
        const store = createMemoryBudgetStore(time.now);
        const workers = [open(limit, time, store, 'w1'), open(limit, time, store, 'w2')];
        const taken: number[] = [];
        for (const [gap, first] of gaps) {
          time.clock.at += gap;
          await workers[first ? 0 : 1]!.enter();
          taken.push(time.clock.at);
        }
        taken.forEach((start, index) => {
          taken.slice(index).forEach((end, further) => {
            // What was taken for a slice may be used a slice and its horizon later.
            const allowed = limit.burst + ((end - start) / 1000 + 2) * limit.requestsPerSecond;
            expect(further + 1).toBeLessThanOrEqual(allowed + 1e-6);
          });
        });
      }),
      { numRuns: 50 },
    );
  });

  test('a request counts as many as the vendor counts', async () => {
    const { enter, time } = open({ requestsPerSecond: 10, burst: 10 });
    await enter('live', 10);
    await enter('live', 5);
    expect(time.clock.waits).toEqual([500]);
  });

  test('a window of the vendor is kept, and its end is told', async () => {
    const window = { perSeconds: 3600, requests: 3, kind: 'moving' } as const;
    const { enter, time } = open({ requestsPerSecond: 100, burst: 100, windows: [window] });
    for (let n = 0; n < 3; n += 1) await enter();
    const error: { remoteError: { afterMs: number } } = await enter().then(
      () => Promise.reject(new Error('it was let through')),
      (caught: { remoteError: { afterMs: number } }) => caught,
    );
    expect(error).toMatchObject({ remoteError: { class: 'throttled' } });
    expect(error.remoteError.afterMs).toBeGreaterThanOrEqual(3600_000);
    time.clock.at += error.remoteError.afterMs;
    await enter();
  });

  test.each([
    ['right', 0],
    ['7 s behind', 7_000],
    ['7 s ahead', -7_000],
  ])(
    'what was taken in one fixed window is not sent in the next by a worker whose clock is %s',
    async (_how, behind) => {
      const window = { perSeconds: 60, requests: 4, kind: 'fixed' } as const;
      const time = jumpingClock();
      const ours = () => time.clock.at + behind;
      const store = createMemoryBudgetStore(ours);
      const { enter } = open({ requestsPerSecond: 100, burst: 100, windows: [window] }, time, store);
      const sent: number[] = [];
      const send = async (times: number) => {
        for (let n = 0; n < times; n += 1) {
          await enter()
            .catch(() => undefined)
            .then((leave) => void (leave === undefined || sent.push(ours())));
        }
      };
      const end = Math.ceil(ours() / 60_000) * 60_000;
      time.clock.at = end - behind - 20;
      await send(2); // takes three, the last of which is left
      time.clock.at = end - behind + 5;
      await send(6);
      expect(sent.filter((at) => at < end)).toHaveLength(2);
      expect(sent.filter((at) => at >= end)).toHaveLength(4);
    },
  );

  test('back-fill uses its share and leaves the rest to what is live', async () => {
    const { enter } = open({
      requestsPerSecond: 100,
      burst: 100,
      windows: [{ perSeconds: 3600, requests: 10, kind: 'fixed' }],
      backfillShare: 0.2,
    });
    for (let n = 0; n < 2; n += 1) await enter('backfill');
    await expect(enter('backfill')).rejects.toMatchObject({ remoteError: { class: 'throttled' } });
    for (let n = 0; n < 8; n += 1) await enter('live');
    await expect(enter('live')).rejects.toMatchObject({ remoteError: { class: 'throttled' } });
  });

  test('no more are under way at once than the vendor takes, over two workers', async () => {
    const time = jumpingClock();
    const store = createMemoryBudgetStore(time.now);
    const limit = { requestsPerSecond: 1000, burst: 1000, concurrency: 2 };
    const [one, two] = [open(limit, time, store, 'w1'), open(limit, time, store, 'w2')];
    const leave = await one.enter();
    await two.enter();
    await expect(two.enter()).rejects.toMatchObject({ remoteError: { class: 'throttled' } });
    leave();
    (await one.enter())();
  });

  test('work that is stopped waits no longer', async () => {
    const never = new Promise<void>(() => undefined);
    const time = { ...jumpingClock(), wait: () => never };
    const { enter } = open({ requestsPerSecond: 1, burst: 1 }, time);
    await enter();
    const stop = new AbortController();
    const waiting = enter('live', 1, false, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
  });
});

describe('the breaker of a connection', () => {
  test('opens after failures in a row over some time, lets one try, and closes with the first answer', async () => {
    const { enter, budget, time } = open({ requestsPerSecond: 100, burst: 100 });
    for (let n = 0; n < 5; n += 1) {
      await enter();
      await budget.report(false);
      time.clock.at += 500;
    }
    await expect(enter()).rejects.toMatchObject({ remoteError: { class: 'transient', retry: 'after' } });
    await enter('live', 1, true); // a person who tries is let through
    time.clock.at += 5000;
    await enter();
    await expect(enter()).rejects.toMatchObject({ remoteError: { class: 'transient' } });
    await budget.report(false);
    time.clock.at += 9000;
    await expect(enter()).rejects.toMatchObject({ remoteError: { class: 'transient' } });
    time.clock.at += 1000;
    await enter();
    await budget.report(true);
    await enter();
    await enter();
  });

  test('stays closed when what was under way is cut in one moment', async () => {
    const { enter, budget } = open({ requestsPerSecond: 100, burst: 100 });
    for (let n = 0; n < 50; n += 1) await budget.report(false);
    await enter();
  });
});
