import { randomInt } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { growthPerMinute, median, type ProcessLook } from '../support/soak/process-look.ts';
import { runSoak, type SoakReport } from '../support/soak/run-soak.ts';

/** `npm run test:endurance -- --soak` makes it 60. */
const MINUTES = Number(process.env['HOLDFAST_TEST_SOAK_MINUTES'] ?? 2);
/** 7,200 set-ups in an hour: a week of a site that records a thousand calls a day. */
const CALLS_PER_SECOND = 2;
const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? randomInt(1, 2 ** 31));

/** What the resident memory and the heap may grow by in a minute of load; below it is noise of the allocator. */
const MOST_GROWTH_MB = MINUTES < 10 ? 8 : 1;
/** Handles and timers that come and go by themselves: idle connections to the database, a look at the metrics. */
const SLACK = 12;

describe(`mixed calls and garbage for ${MINUTES} minutes`, () => {
  let report: SoakReport;
  beforeAll(
    async () => {
      report = await runSoak({ minutes: MINUTES, perSecond: CALLS_PER_SECOND, seed });
      const { looks, faults, ...figures } = report;
      const growth = {
        residentMB: growthPerMinute(looks, 'residentMB'),
        heapMB: growthPerMinute(looks, 'heapMB'),
      };
      process.stdout.write(
        `${JSON.stringify({ seed, minutes: MINUTES, ...figures, growth, faults: faults.length })}\n`,
      );
    },
    MINUTES * 60_000 + 900_000,
  );

  test('every call is recorded once, and those that did nothing odd to the byte', () => {
    expect({ seed, faults: report.faults, ledgerHolds: report.ledgerHolds }).toEqual({
      seed,
      faults: [],
      ledgerHolds: true,
    });
  });

  test('memory stays flat', () => {
    expect(growthPerMinute(report.looks, 'residentMB')).toBeLessThan(MOST_GROWTH_MB);
    expect(growthPerMinute(report.looks, 'heapMB')).toBeLessThan(MOST_GROWTH_MB);
    const half = Math.floor(report.looks.length / 2);
    const middle = (looks: readonly ProcessLook[]): number =>
      median(looks.map(({ residentMB }) => residentMB));
    expect(middle(report.looks.slice(half))).toBeLessThan(1.25 * middle(report.looks.slice(0, half)));
  });

  test('no dialog, transaction, file, socket or timer is left when the calls are over', () => {
    const { warm, last } = report;
    expect([last.activeCalls, last.dialogs, last.transactions, last.sealing]).toEqual([0, 0, 0, 0]);
    expect(last.fileHandles).toBeLessThanOrEqual(warm.fileHandles + SLACK);
    expect(last.timers).toBeLessThanOrEqual(warm.timers + SLACK);
  });
});
