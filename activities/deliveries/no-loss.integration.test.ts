/** No loss and no duplicate through the queue while calls fail and workers are killed; thousands in the interop tier. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { queueStorm } from '../../test/support/connectors/queue-storm.ts';
import { salesforceBench } from '../../test/support/connectors/salesforce-bench.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';

const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? Date.now() % 100_000);
let database: TestDatabase;
let activities: ActivityBench;
beforeAll(async () => {
  database = await openTestDatabase();
  activities = await openActivityBench(database);
});
afterAll(async () => {
  await activities.close();
  await database.close();
});

test(`every recording of a queue arrives in Salesforce once, as it was last changed (HOLDFAST_TEST_SEED=${seed})`, async () => {
  const bench = salesforceBench();
  const subject = await bench.open('good');
  try {
    const report = await queueStorm(database, activities, bench, subject, { records: 300, batch: 10, seed });
    expect(report.kills).toBeGreaterThan(0);
    expect(report.faults).toBeGreaterThan(5);
  } finally {
    await subject.close();
  }
}, 240_000);
