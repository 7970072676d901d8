/** No duplicate and no loss over 10,000 records while calls fail, answers are lost and workers forget. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { servicenowBench } from '../support/connectors/servicenow-bench.ts';
import { storm } from '../support/connectors/storm.ts';
import { ServicenowDouble } from '../support/peers/servicenow-double.ts';

const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? Date.now() % 100_000);
const records = Number(process.env['HOLDFAST_TEST_RECORDS'] ?? 10_000);

describe(`ServiceNow in a storm (HOLDFAST_TEST_SEED=${seed})`, () => {
  let double: ServicenowDouble;
  beforeAll(async () => {
    double = await ServicenowDouble.start();
  });
  afterAll(() => double.stop());

  test(`${records} recordings arrive once`, async () => {
    const bench = servicenowBench(() => double, { application: 'scoped', sends: 'recording' });
    const subject = await bench.open('good', { timeoutMs: 2500 });
    try {
      const report = await storm(bench, subject, { records, batch: 500, seed, calls: 6 });
      expect(report.faults).toBeGreaterThan(20);
      expect(report.forgotten).toBeGreaterThan(0);
      expect(report.seldom).toEqual([]);
      const rows = double.tables.rows('x_hldf_holdfast_recording');
      const keys = new Set(rows.map((row) => row['call_key']));
      expect([rows.length, keys.size]).toEqual([0.9 * records, 0.9 * records]);
      expect(double.cookies).toBe(0);
      process.stderr.write(`${JSON.stringify(report)}\n`);
    } finally {
      await subject.close();
    }
  }, 600_000);
});
