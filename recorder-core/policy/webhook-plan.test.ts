import { describe, expect, test } from '@jest/globals';
import { isInDoubt, MOST_ATTEMPTS, nextAttemptAt, restAfter } from './webhook-plan.ts';

const now = new Date('2026-11-26T12:00:00.000Z');
const hours = (n: number) => n * 3_600_000;
const pauseAfter = (attempts: number, more: { wishMs?: number; random?: number } = {}) => {
  const at = nextAttemptAt({ attempts, now, random: 0, ...more });
  return at && at.getTime() - now.getTime();
};

describe('a message that was not taken', () => {
  test('is tried ten times over three days, as Standard Webhooks advises', () => {
    const pauses = Array.from({ length: MOST_ATTEMPTS }, (_, n) => pauseAfter(n + 1));
    expect(pauses.at(-1)).toBeUndefined();
    expect(pauses.slice(0, -1)).toEqual([5_000, 300_000, 1_800_000, ...[2, 5, 10, 14, 20, 24].map(hours)]);
  });

  test('is spread by chance, later and never sooner', () => {
    expect(pauseAfter(2, { random: 0.999 })).toBeGreaterThan(300_000);
    expect(pauseAfter(2, { random: 0.999 })).toBeLessThan(331_000);
  });

  test('waits as long as the other side wishes, within a day', () => {
    expect(pauseAfter(1, { wishMs: 60_000 })).toBe(60_000);
    expect(pauseAfter(2, { wishMs: 60_000 })).toBe(300_000);
    expect(pauseAfter(1, { wishMs: hours(1_000) })).toBe(hours(24));
  });
});

describe('an endpoint that takes nothing', () => {
  const rest = (failures: number, sinceHours = 1, wishMs?: number) =>
    restAfter({ failures, failingSince: new Date(now.getTime() - hours(sinceHours)), now, wishMs });

  test('is left alone for longer and longer, up to half an hour', () => {
    expect([1, 4, 5, 6, 7, 12, 1_000].map((n) => rest(n).until)).toEqual(
      [null, null, 10_000, 20_000, 40_000, 1_280_000, 1_800_000].map(
        (ms) => ms && new Date(now.getTime() + ms),
      ),
    );
    expect([4, 5].map(isInDoubt)).toEqual([false, true]);
  });

  test('may say itself how long', () => {
    expect(rest(1, 0, 120_000).until).toEqual(new Date(now.getTime() + 120_000));
  });

  test('is given up after five days', () => {
    expect([119, 120].map((n) => rest(50, n).giveUp)).toEqual([false, true]);
  });
});
