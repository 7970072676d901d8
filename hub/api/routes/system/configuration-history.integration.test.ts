import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { configurationDiff, configurationDrift, configurationPage } from '../../schemas/configuration.ts';
import { endpointSecret } from '../../schemas/webhook.ts';

let database: TestDatabase;
let hub: TestHub;
let administrator: TestPerson;
let webhookId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  administrator = await hub.signIn('administrator');
  const made = await administrator.read(endpointSecret, '/api/v1/webhooks', {
    method: 'POST',
    body: {
      name: 'Desk',
      description: 'First',
      url: 'https://desk.example/in',
      types: ['hold.*'],
      signing: 'ed25519',
    },
  });
  webhookId = made.id;
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const history = (query = '') => administrator.read(configurationPage, `/api/v1/configuration${query}`);
const post = (path: string, body: object, method = 'POST') =>
  administrator.fetch(`/api/v1/${path}`, { method, body });

describe('the history of configuration', () => {
  test('keeps what an endpoint said, who changed it and what was changed; what did not change is no version', async () => {
    expect(
      (await post(`webhooks/${webhookId}`, { description: 'Second', types: ['hold.*', 'export.*'] })).ok,
    ).toBe(true);
    expect((await post(`webhooks/${webhookId}`, { description: 'Second' })).ok).toBe(true);
    const { items } = await history(`?kind=webhook&objectId=${webhookId}`);
    expect(items).toMatchObject([
      { version: '2', name: 'Desk', by: administrator.name, state: 'current' },
      { version: '1', name: 'Desk', by: administrator.name, state: 'former' },
    ]);
    const diff = await administrator.read(
      configurationDiff,
      `/api/v1/configuration/diff?kind=webhook&objectId=${webhookId}&version=2`,
    );
    expect(diff.changes).toEqual([
      { path: 'description', before: '"First"', after: '"Second"' },
      { path: 'types', before: '["hold.*"]', after: '["hold.*","export.*"]' },
    ]);
    expect(JSON.stringify(diff)).not.toContain('credential');
  });

  test('keeps that one was removed, and the policies of access with their state', async () => {
    const saved = await post('access-policies', {
      text: 'permit(principal, action, resource) when { false };',
      examples: [],
      note: 'A try',
    });
    expect(saved.status).toBe(201);
    expect((await post(`webhooks/${webhookId}`, {}, 'DELETE')).ok).toBe(true);
    const { items, hidden } = await history();
    expect(hidden).toEqual([]);
    expect(items.map(({ kind, state, note }) => [kind, state, note])).toEqual([
      ['webhook', 'removed', null],
      ['access-policy', 'proposed', 'A try'],
      ['webhook', 'former', null],
      ['webhook', 'former', null],
    ]);
  });

  test('goes on where a page ended', async () => {
    const seen: string[] = [];
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const page: { items: { version: string; kind: string }[]; nextCursor?: string | undefined } =
        await history(`?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ kind, version }) => `${kind} ${version}`));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(['webhook 3', 'access-policy 1', 'webhook 2', 'webhook 1']);
    const refused = administrator.fetch('/api/v1/configuration?cursor=nonsense');
    expect(await readProblem(refused, 400)).toMatchObject({ field: '/query/cursor' });
  });

  test('shows each reader what they may read, and tells what there is no version of', async () => {
    const engineer = await hub.signIn('engineer');
    const page = await engineer.read(configurationPage, '/api/v1/configuration');
    expect(page.items.every(({ kind }) => kind === 'webhook')).toBe(true);
    expect(page.hidden).toContain('access-policy');
    await readProblem(engineer.fetch('/api/v1/configuration?kind=access-policy'), 403);
    await readProblem(
      engineer.fetch('/api/v1/configuration/diff?kind=access-policy&objectId=policies&version=1'),
      403,
    );
    await readProblem(
      administrator.fetch(`/api/v1/configuration/diff?kind=webhook&objectId=${webhookId}&version=77`),
      404,
    );
  });

  test('drift is none where no file speaks for anything', async () => {
    expect(await administrator.read(configurationDrift, '/api/v1/configuration/drift')).toEqual({
      files: 0,
      objects: 0,
      items: [],
    });
  });
});
