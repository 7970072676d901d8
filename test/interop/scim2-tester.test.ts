import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mustRun } from '../support/allowed-skips.ts';
import { runScimTester, scimTesterUnavailable } from '../support/peers/scim2-tester.ts';
import { openScimClient } from '../support/scim-client.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startTestHub, type TestHub } from '../support/test-hub.ts';

const TITLE = 'scim2-tester finds nothing wrong with the SCIM server, and passes over nothing';
const missing = scimTesterUnavailable();
const testHere = missing === undefined || mustRun(TITLE) ? test : test.skip;

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

testHere(
  TITLE,
  async () => {
    const { token } = await openScimClient(hub);
    const checks = await runScimTester(`${hub.url}/scim/v2`, token);
    expect(checks.length).toBeGreaterThan(100);
    expect(checks.filter(({ status }) => status !== 'SUCCESS')).toEqual([]);
    expect(hub.log).toEqual([]);
  },
  300_000,
);
