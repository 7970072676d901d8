import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fuzzTwoTenants } from '../../test/support/api-fuzz/two-tenants.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub } from '../../test/support/test-hub.ts';

let database: TestDatabase;
let hub: TestHub;
beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

test('whatever is sent to the API, no fault of ours, no broken promise and nothing of another tenant comes back', async () => {
  const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? randomInt(2 ** 31));
  const report = await fuzzTwoTenants(hub, { perOperation: 1, seed });
  expect({ seed, faults: report.faults, changed: report.changed }).toEqual({
    seed,
    faults: [],
    changed: [],
  });
  expect(report.planted.tables).toBeGreaterThan(15);
  expect(report.reached).toBeGreaterThan(50);
}, 180_000);
