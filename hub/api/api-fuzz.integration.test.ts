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

/** The same requests each time; test/interop/api-fuzz.test.ts makes others each time, and more. */
const SEED = 8;

test('whatever is sent to the API, no fault of ours, no broken promise and nothing of another tenant comes back', async () => {
  const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? SEED);
  const report = await fuzzTwoTenants(hub, { perOperation: 1, seed });
  expect({ seed, faults: report.faults, changed: report.changed }).toEqual({
    seed,
    faults: [],
    changed: [],
  });
  // That the run got anywhere: of every seed well more than this.
  expect(report.planted.tables).toBeGreaterThan(8);
  expect(report.reached).toBeGreaterThan(30);
}, 180_000);
