import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fuzzTwoTenants } from '../support/api-fuzz/two-tenants.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startTestHub, type TestHub } from '../support/test-hub.ts';

let database: TestDatabase;
let hub: TestHub;
beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
}, 120_000);
afterAll(async () => {
  await hub.close();
  await database.close();
}, 120_000);

/** Of the log, what tells why a fault of ours was answered. */
const isOurFault = (line: string) =>
  line.includes('"msg":"request failed"') && !line.includes('"kind":"HoldfastError"');

test('a long run of made-up requests finds no fault, no broken promise and nothing of another tenant', async () => {
  const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? randomInt(2 ** 31));
  const perOperation = Number(process.env['HOLDFAST_TEST_RUNS'] ?? 20);
  const report = await fuzzTwoTenants(hub, { perOperation, seed });
  const { statuses, reached, operations, planted } = report;
  process.stdout.write(`${JSON.stringify({ seed, statuses, reached, operations, planted })}\n`);
  if (report.faults.length > 0) process.stdout.write(`${hub.log.filter(isOurFault).join('')}\n`);
  expect({ seed, faults: report.faults, changed: report.changed }).toEqual({ seed, faults: [], changed: [] });
}, 3_600_000);
