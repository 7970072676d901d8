import { randomInt } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { runKills } from '../support/kill-run.ts';

const KILLS = 12; // 200 of them: test/endurance
/** A seed that failed before repeats its moments: HOLDFAST_TEST_SEED=… */
const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? randomInt(1, 2 ** 31));

describe('kill -9 of a recorder under load, at random moments', () => {
  test('loses no finished call, at most a chunk of each stream of a running one, and enters none twice', async () => {
    const { faults, ledgerHolds, ledger, calls } = await runKills(KILLS, seed);
    expect({ seed, faults }).toEqual({ seed, faults: [] });
    expect({ ledgerHolds, ledger }).toEqual({ ledgerHolds: true, ledger });
    expect(calls.ended).toBeGreaterThan(0);
    expect(calls.broken).toBeGreaterThan(0);
  }, 240_000);
});
