import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { issuedToken, serviceAccount } from '../../hub/api/schemas/service-account.ts';
import { mustRun } from '../support/allowed-skips.ts';
import { runScimTester, scimTesterUnavailable } from '../support/peers/scim2-tester.ts';
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

/** A token as an administrator makes it for a directory: by the API, for SCIM alone. */
async function issueDirectoryToken(): Promise<string> {
  const administrator = await hub.signIn();
  const post = (body: object) => ({ method: 'POST', body }) as const;
  const account = await administrator.read(
    serviceAccount,
    '/api/v1/service-accounts',
    post({ name: 'Directory', purpose: 'Pushes people and groups.' }),
  );
  const { token } = await administrator.read(
    issuedToken,
    `/api/v1/service-accounts/${account.id}/tokens`,
    post({ name: 'SCIM', scope: ['scim'], days: 1 }),
  );
  return token;
}

testHere(
  TITLE,
  async () => {
    const token = await issueDirectoryToken();
    const checks = await runScimTester(`${hub.url}/scim/v2`, token);
    expect(checks.length).toBeGreaterThan(100);
    expect(checks.filter(({ status }) => status !== 'SUCCESS')).toEqual([]);
    expect(hub.log).toEqual([]);
  },
  900_000,
);
