/** No duplicate and no loss over 10,000 records while calls fail, answers are lost and workers forget. */
import { describe, expect, test } from '@jest/globals';
import { salesforceBench } from '../support/connectors/salesforce-bench.ts';
import { storm } from '../support/connectors/storm.ts';

const bench = salesforceBench();
const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? Date.now() % 100_000);
const records = Number(process.env['HOLDFAST_TEST_RECORDS'] ?? 10_000);

describe(`Salesforce in a storm (HOLDFAST_TEST_SEED=${seed})`, () => {
  test.each([
    ['by requests', { bulkThreshold: 5000 }, 8],
    ['by jobs', { bulkThreshold: 200 }, 26],
  ])(
    `${records} recordings arrive once, %s`,
    async (_way, config, calls) => {
      const subject = await bench.open('good', { config, timeoutMs: 2500 });
      try {
        const report = await storm(bench, subject, { records, batch: 500, seed, calls });
        expect(report.faults).toBeGreaterThan(20);
        expect(report.forgotten).toBeGreaterThan(0);
        expect(report.seldom).toEqual([]);
        const { org } = subject.double;
        const ids = new Set(org.live('Task').map((task) => task['Holdfast_Id__c']));
        expect([org.live('Task').length, ids.size]).toEqual([0.9 * records, 0.9 * records]);
        process.stderr.write(`${JSON.stringify(report)}\n`);
      } finally {
        await subject.close();
      }
    },
    600_000,
  );
});
