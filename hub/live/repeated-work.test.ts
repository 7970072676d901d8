import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { repeatWork } from './repeated-work.ts';

const HOUR = 3_600_000;

async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}

describe('repeated work', () => {
  test('runs at once, and again when it is hurried, without waiting for its pause', async () => {
    let runs = 0;
    const work = repeatWork(
      HOUR,
      async () => {
        runs += 1;
        await setImmediate();
      },
      () => undefined,
    );
    await untilTrue(() => runs === 1);
    work.hurry();
    await untilTrue(() => runs === 2);
    await work.stop();
  });

  test('never overlaps: what is hurried while it runs, runs once more afterwards', async () => {
    let now = 0;
    let most = 0;
    let runs = 0;
    const releases: (() => void)[] = [];
    const work = repeatWork(
      HOUR,
      async () => {
        now += 1;
        most = Math.max(most, now);
        await new Promise<void>((resolve) => releases.push(resolve));
        now -= 1;
        runs += 1;
      },
      () => undefined,
    );
    await untilTrue(() => releases.length === 1);
    for (let i = 0; i < 5; i += 1) work.hurry();
    releases[0]!();
    await untilTrue(() => releases.length === 2);
    const stopped = work.stop();
    releases[1]!();
    await stopped;
    expect({ most, runs }).toEqual({ most: 1, runs: 2 });
  });

  test('tells a fault and goes on', async () => {
    const faults: unknown[] = [];
    let runs = 0;
    const work = repeatWork(
      0,
      () => {
        runs += 1;
        return Promise.reject(new Error(`run ${runs}`));
      },
      (error) => faults.push((error as Error).message),
    );
    await untilTrue(() => faults.length >= 2);
    await work.stop();
    expect(faults.slice(0, 2)).toEqual(['run 1', 'run 2']);
  });

  test('stops for good, also while it pauses, and twice', async () => {
    let runs = 0;
    const work = repeatWork(
      HOUR,
      async () => void (runs += 1),
      () => undefined,
    );
    await untilTrue(() => runs === 1);
    await work.stop();
    await work.stop();
    work.hurry();
    await setImmediate();
    expect(runs).toBe(1);
  });
});
