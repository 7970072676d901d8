import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub, type TestPerson } from '../../../test/support/test-hub.ts';
import { endpointSecret } from '../../api/schemas/webhook.ts';

const URL_OF_NOBODY = 'http://127.0.0.1:9/';

let database: TestDatabase;
let hub: TestHub;
let admin: TestPerson;
beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  admin = await hub.signIn('engineer');
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

test.each([
  [{ url: 'ftp://x.example' }, '/url'],
  [{ url: 'https://a:b@x.example' }, '/url'],
  [{ types: ['hold.*', 'hold.exploded'] }, '/types/1'],
  [{ types: [] }, '/types'],
  [{ signing: 'md5' }, '/signing'],
])('an endpoint with %j is refused, and its field named', async (more, field) => {
  const body = { name: 'Refused', url: URL_OF_NOBODY, types: ['*'], ...more };
  const problem = await readProblem(admin.fetch('/api/v1/webhooks', { method: 'POST', body }), 400);
  expect(problem.field).toBe(`/body${field}`);
});

test('a name that is taken, what the role does not allow, and an endpoint of another tenant', async () => {
  const body = { name: 'Taken', url: URL_OF_NOBODY, types: ['*'] };
  const made = await admin.read(endpointSecret, '/api/v1/webhooks', { method: 'POST', body });
  const same = { ...body, name: 'TAKEN' };
  await readProblem(admin.fetch('/api/v1/webhooks', { method: 'POST', body: same }), 409);
  const officer = await hub.signIn('compliance_officer');
  await readProblem(officer.fetch(`/api/v1/webhooks/${made.id}`, { method: 'DELETE' }), 403);
  const foreign = await hub.signIn('administrator', await database.addTenant());
  await readProblem(foreign.fetch(`/api/v1/webhooks/${made.id}`), 404);
  expect((await admin.fetch(`/api/v1/webhooks/${made.id}`, { method: 'DELETE' })).status).toBe(200);
  await readProblem(admin.fetch(`/api/v1/webhooks/${made.id}`), 404);
});
