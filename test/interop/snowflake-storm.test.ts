/** No duplicate and no loss over 10,000 records while calls fail, answers are lost and workers forget. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { snowflakeBench } from '../support/connectors/snowflake-bench.ts';
import { storm } from '../support/connectors/storm.ts';
import { suiteTitle } from '../support/peers/peer.ts';
import { snowflakePeer, type SnowflakePeer } from '../support/peers/snowflake.ts';

const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? Date.now() % 100_000);
const many = Number(process.env['HOLDFAST_TEST_RECORDS'] ?? 10_000);
const { title, skip } = suiteTitle(snowflakePeer, `Snowflake in a storm (HOLDFAST_TEST_SEED=${seed})`);

(skip ? describe.skip : describe)(title, () => {
  let peer: SnowflakePeer | undefined;
  const bench = snowflakeBench(() => peer!);

  beforeAll(async () => {
    peer = await snowflakePeer.start();
  }, 600_000);
  afterAll(() => peer?.stop(), 60_000);

  // What is made once does not meet the last fault: an answer that never ended, the one before, left it made.
  const table = 'statement CREATE TRANSIENT TABLE: cut-after';
  const stage = 'statement CREATE STAGE: cut-after';
  // Sign-in, description, temporary table, two of the file, copy, MERGE, reading, tidying, sign-out.
  test.each([
    ['by the stage', { records: many, batch: 500, struck: 120, calls: 10 }, [table, stage]],
    ['by statements', { records: Math.min(many, 1000), batch: 80, calls: 6 }, [table]],
  ])(
    'recordings arrive once, %s',
    async (_way, about, madeOnce) => {
      const subject = await bench.open('good', { timeoutMs: 5000 });
      try {
        const report = await storm(bench, subject, { ...about, seed });
        expect(report.faults).toBeGreaterThan(10);
        expect(report.forgotten).toBeGreaterThan(0);
        expect(report.seldom).toEqual(madeOnce);
        process.stderr.write(`${JSON.stringify(report)}\n`);
      } finally {
        await subject.close();
      }
    },
    1_800_000,
  );
});
