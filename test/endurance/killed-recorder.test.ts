import { randomInt } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { runKills } from '../support/kill-run.ts';

const KILLS = 200;
/** A seed that failed before repeats its moments: HOLDFAST_TEST_SEED=… npm run test:endurance. */
const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? randomInt(1, 2 ** 31));

describe(`kill -9 of a recorder under load, ${KILLS} times`, () => {
  test('loses no finished call, at most a chunk of each stream of a running one, and enters none twice', async () => {
    const { faults, ledgerHolds, ledger, calls, ...figures } = await runKills(KILLS, seed);
    process.stdout.write(`${JSON.stringify({ seed, calls, ...figures, ledger })}\n`);
    expect({ seed, faults }).toEqual({ seed, faults: [] });
    expect({ ledgerHolds, ledger }).toEqual({ ledgerHolds: true, ledger });
    for (const state of ['ended', 'broken', 'unanswered'] as const)
      expect(calls[state]).toBeGreaterThan(KILLS / 10);
  }, 3_600_000);
});
