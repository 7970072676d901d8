import { randomInt } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { growthOf } from '../support/soak/process-look.ts';
import { runSoak, type SoakReport } from '../support/soak/run-soak.ts';

/** `npm run test:endurance -- --soak` makes it 60. */
const MINUTES = Number(process.env['HOLDFAST_TEST_SOAK_MINUTES'] ?? 2);
/** 7,200 set-ups in an hour: a week of a site that records a thousand calls a day. */
const CALLS_PER_SECOND = 2;
const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? randomInt(1, 2 ** 31));

/**
 * Memory goes up and down with the collections of the engine, minutes apart; what leaks lifts the lowest points. The last
 * third of the time may have its lowest point so much higher than the first.
 */
const MOST_GROWTH_MB = { heapMB: 15, residentMB: 80 } as const;
/** With these calls at once no moment may need more. */
const MOST_RESIDENT_MB = 700;
/** Handles and timers that come and go by themselves: idle connections to the database, a look at the metrics. */
const SLACK = 12;

describe(`mixed calls and garbage for ${MINUTES} minutes`, () => {
  let report: SoakReport;
  beforeAll(
    async () => {
      report = await runSoak({ minutes: MINUTES, perSecond: CALLS_PER_SECOND, seed });
      const { looks, faults, ...figures } = report;
      const memory = { heapMB: growthOf(looks, 'heapMB'), residentMB: growthOf(looks, 'residentMB') };
      process.stdout.write(
        `${JSON.stringify({ seed, minutes: MINUTES, ...figures, memory, faults: faults.length })}\n`,
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
    for (const figure of ['heapMB', 'residentMB'] as const) {
      const { early, late } = growthOf(report.looks, figure);
      expect(late.lowest - early.lowest).toBeLessThan(MOST_GROWTH_MB[figure]);
    }
    expect(growthOf(report.looks, 'residentMB').late.highest).toBeLessThan(MOST_RESIDENT_MB);
  });

  test('no dialog, transaction, file, socket or timer is left when the calls are over', () => {
    const { warm, last } = report;
    expect([last.activeCalls, last.dialogs, last.transactions, last.sealing]).toEqual([0, 0, 0, 0]);
    expect(last.fileHandles).toBeLessThanOrEqual(warm.fileHandles + SLACK);
    expect(last.timers).toBeLessThanOrEqual(warm.timers + SLACK);
  });
});
