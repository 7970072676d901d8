import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { makeSignInLink } from '../../../identity/sign-in-link.ts';
import { issuedToken, serviceAccount, serviceAccountList } from '../../schemas/service-account.ts';

let database: TestDatabase;
let hub: TestHub;
let administrator: TestPerson;
let accountId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  administrator = await hub.signIn();
  accountId = (await add('Warehouse export')).id;
});
afterEach(() => {
  hub.setNow(undefined);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const DAY_MS = 86_400_000;
const post = (path: string, body: unknown): Parameters<TestPerson['fetch']> => [
  `/api/v1${path}`,
  { method: 'POST', body },
];
const add = (name: string): Promise<z.output<typeof serviceAccount>> =>
  administrator.read(serviceAccount, ...post('/service-accounts', { name, purpose: 'Reads the list' }));
const issue = (scope: string[], of = accountId): Promise<z.output<typeof issuedToken>> =>
  administrator.read(
    issuedToken,
    ...post(`/service-accounts/${of}/tokens`, { name: 'nightly', scope, days: 30 }),
  );
const ask = (
  token: string,
  path = '/recordings',
  request: Parameters<TestHub['fetch']>[1] = {},
): Promise<Response> =>
  hub.fetch(`/api/v1${path}`, {
    ...request,
    headers: { Authorization: `Bearer ${token}`, ...request.headers },
  });

describe('a token of a service account', () => {
  test('lets a machine do what its scope says and nothing besides', async () => {
    const { token } = await issue(['recording.list', 'incident.manage']);
    expect(token).toMatch(/^holdfast_st_[0-9a-f]{32}_[\w-]{43}[0-9a-f]{8}$/);
    expect((await ask(token)).status).toBe(200);
    expect(await readProblem(ask(token, '/people'), 403)).toMatchObject({
      detail: expect.stringContaining('scope'),
    });
    await readProblem(ask(token, '/approvals/waiting'), 403); // what every person may do is about people
    expect(await (await ask(token, '/session')).json()).toMatchObject({
      user: { id: accountId, name: 'Warehouse export', role: 'service' },
      acts: ['recording.list', 'incident.manage'],
    });
  });

  test('needs no proof of our console for a change, and what it does stands in the ledger under its name', async () => {
    const { token } = await issue(['incident.manage', 'incident.read']);
    const body = {
      kind: 'other',
      severity: 'low',
      title: 'A test of a machine',
      description: 'Nothing happened.',
    };
    const answer = await ask(token, '/incidents', { method: 'POST', body });
    expect({ status: answer.status, body: await answer.text() }).toMatchObject({ status: 201 });
  });

  test('is shown once and kept as a digest', async () => {
    const { token, id } = await issue(['recording.list']);
    const list = await administrator.read(serviceAccountList, '/api/v1/service-accounts');
    expect(JSON.stringify(list)).not.toContain(token.slice(-40));
    expect(list.items.find((each) => each.id === accountId)?.credentials.map((each) => each.id)).toContain(
      id,
    );
    for (const table of ['service_credential', 'ledger_pending', 'ledger_leaf', 'ledger_opening'])
      expect(
        await database.asOwner(`select from ${table} r where position($1 in r::text) > 0`, [
          token.slice(-51),
        ]),
      ).toEqual([]);
  });

  test('ends when it expires, when it is revoked, and with its account', async () => {
    const account = await add('Short life');
    const [first, second, third] = [
      await issue(['recording.list'], account.id),
      await issue(['recording.list'], account.id),
      await issue(['recording.list'], account.id),
    ];
    hub.setNow(new Date(Date.parse(first.expiresAt) - 1000));
    expect((await ask(first.token)).status).toBe(200);
    hub.setNow(new Date(Date.parse(first.expiresAt)));
    expect(await readProblem(ask(first.token), 401)).toMatchObject({
      detail: expect.stringContaining('revoked'),
    });
    hub.setNow(undefined);
    await administrator.read(
      serviceAccountList,
      ...post(`/service-credentials/${second.id}/revoke`, { reason: 'It was in a log' }),
    );
    await readProblem(ask(second.token), 401);
    await readProblem(
      administrator.fetch(...post(`/service-credentials/${second.id}/revoke`, { reason: 'Once more' })),
      409,
    );
    expect((await ask(third.token)).status).toBe(200);
    await administrator.read(
      serviceAccount,
      ...post(`/service-accounts/${account.id}/end`, { reason: 'Not used any more' }),
    );
    await readProblem(ask(third.token), 401);
    await readProblem(
      administrator.fetch(...post(`/service-accounts/${account.id}/tokens`, { name: 'x', scope: ['scim'] })),
      409,
    );
  });

  test('of another tenant, changed by a letter, cut or made up is refused without saying which', async () => {
    const { token } = await issue(['recording.list']);
    const changed = token.replace(
      /_([\w-])([\w-]{42})/,
      (_, first: string, rest: string) => `_${first === 'A' ? 'B' : 'A'}${rest}`,
    );
    for (const bad of [
      changed,
      token.slice(0, -1),
      'holdfast_st_x',
      `holdfast_st_${'0'.repeat(32)}${token.slice(44)}`,
    ])
      expect(await readProblem(ask(bad), 401)).toMatchObject({ code: 'unauthenticated' });
  });

  test('cannot be let do what only people may, nor live longer than a year', async () => {
    for (const scope of [
      ['approval.decide'],
      ['service.manage'],
      ['recording.lst'],
      ['recording.list', 'hold.release'],
      ['access-policy.manage'],
    ])
      expect(
        await readProblem(
          administrator.fetch(...post(`/service-accounts/${accountId}/tokens`, { name: 'x', scope })),
          400,
        ),
      ).toMatchObject({ field: 'scope' });
    await readProblem(
      administrator.fetch(
        ...post(`/service-accounts/${accountId}/tokens`, { name: 'x', scope: ['scim'], days: 366 }),
      ),
      400,
    );
    const { expiresAt } = await administrator.read(
      issuedToken,
      ...post(`/service-accounts/${accountId}/tokens`, { name: 'x', scope: ['scim'], days: 365 }),
    );
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(365 * DAY_MS);
  });

  test('is made by administrators alone', async () => {
    const officer = await hub.signIn('compliance_officer');
    await readProblem(
      officer.fetch(...post(`/service-accounts/${accountId}/tokens`, { name: 'x', scope: ['scim'] })),
      403,
    );
    await readProblem(officer.fetch('/api/v1/service-accounts'), 403);
  });
});

test('nobody signs in as a machine', async () => {
  await expect(
    makeSignInLink(database.db, database.tenantId, hub.url, new Date(), 'Warehouse export'),
  ).rejects.toMatchObject({ code: 'not_found' });
});
