import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import {
  connection,
  connectionDetail,
  connectionHealth,
  connectionSecrets,
  connectionVersion,
  type ConnectionDetail,
} from '../../schemas/connection.ts';
import { connectionStream } from '../../schemas/connection-stream.ts';
import { connector } from '../../schemas/connector.ts';

const CANARY = 'canary-api-key-of-no-server';
let database: TestDatabase;
let hub: TestHub;
let engineer: TestPerson;
let officer: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  [engineer, officer] = [await hub.signIn('engineer'), await hub.signIn('compliance_officer')];
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const post = (path: string, body: object = {}, person = engineer) =>
  person.fetch(`/api/v1/connections${path}`, { method: 'POST', body });
const act = (id: string, verb: string, body: object = {}): Promise<ConnectionDetail> =>
  engineer.read(connectionDetail, `/api/v1/connections/${id}/${verb}`, { method: 'POST', body });
const read = (id: string) => engineer.read(connectionDetail, `/api/v1/connections/${id}`);
const versionsOf = async (id: string) =>
  (await engineer.read(z.object({ items: z.array(connectionVersion) }), `/api/v1/connections/${id}/versions`))
    .items;

let made = 0;
/** A connection to a search server that nobody runs. */
async function make(change: object = {}): Promise<string> {
  made += 1;
  const body = {
    connector: 'elasticsearch',
    name: `Search ${made}`,
    config: { node: 'http://127.0.0.1:9' },
    ...change,
  };
  return (await engineer.read(connectionSecrets, '/api/v1/connections', { method: 'POST', body })).id;
}

describe('two who do the same at the same moment', () => {
  test('get one name between them: the other changed nothing and is told so', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => make()));
    const answers = await Promise.all(ids.map((id) => post(`/${id}/change`, { name: 'The one name' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    const names = await Promise.all(ids.map(async (id) => (await read(id)).name));
    expect(names.filter((name) => name === 'The one name')).toHaveLength(1);
  });
});

describe('the catalogue of connectors', () => {
  test('tells everything that a form needs, and no kind of credential asks for what nobody types', async () => {
    const { items } = await officer.read(z.object({ items: z.array(connector) }), '/api/v1/connectors');
    expect(items.map(({ id }) => id)).toContain('elasticsearch');
    for (const { id, auth, config, checks } of items) {
      expect(await engineer.read(connector, `/api/v1/connectors/${id}`)).toMatchObject({ id });
      expect(config).toHaveProperty('properties');
      expect(checks).not.toEqual([]);
      for (const { fields } of auth) expect(JSON.stringify(fields)).not.toMatch(/refreshToken|sending/);
    }
    await readProblem(engineer.fetch('/api/v1/connectors/none'), 404);
  });
});

describe('a connection that is set up wrongly', () => {
  test.each([
    ['an address that is none', { config: { node: 'ftp://x' } }, '/body/config/node'],
    ['a field that there is not', { config: { node: 'http://x', nodes: 1 } }, '/body/config/nodes'],
    [
      'a credential of another kind',
      { credential: { type: 'bearer', token: CANARY } },
      '/body/credential/type',
    ],
    [
      'half a credential',
      { credential: { type: 'basic', username: 'a:b', password: CANARY } },
      '/body/credential/username',
    ],
    [
      'secrets that are not ours',
      { credential: { type: 'webhook', sending: [], receiving: [] } },
      '/body/credential/type',
    ],
    ['a mapping of what takes none', { mappings: { nothing: [] } }, '/body/mappings/nothing'],
    [
      'a row without an expression',
      { mappings: { 'upsert-recording': [{ target: 'a' }] } },
      '/body/mappings/upsert-recording/0/expr',
    ],
  ])('is refused for %s, and the field is named', async (_title, change, field) => {
    const body = { connector: 'elasticsearch', name: 'Wrong', config: { node: 'http://x' }, ...change };
    const problem = await readProblem(post('', body), 400);
    expect(problem.field).toBe(field);
    expect(JSON.stringify(problem)).not.toContain(CANARY);
  });

  test('is refused under a name that is taken, of a connector that there is not, and by whoever may not', async () => {
    const name = (await read(await make())).name;
    const body = { connector: 'elasticsearch', name, config: { node: 'http://x' } };
    expect(await readProblem(post('', body), 409)).toMatchObject({ field: '/body/name' });
    await readProblem(post('', { ...body, connector: 'none' }), 404);
    await readProblem(post('', { ...body, connector: 'embedded-search', config: {} }), 409);
    await readProblem(post('', body, officer), 403);
  });
});

describe('a draft', () => {
  test('goes live only when its required checks stand, and each of them says what to do', async () => {
    const id = await make();
    expect((await readProblem(post(`/${id}/go-live`), 409)).detail).toMatch(/credential/);
    const given = await act(id, 'credential', { credential: { type: 'api_key', apiKey: CANARY } });
    expect(given.credential).toMatchObject({ kind: 'api_key' });
    expect((await readProblem(post(`/${id}/go-live`), 409)).detail).toMatch(/reachable/);
    const { checks } = await act(id, 'check', { check: 'reachable' });
    expect(checks.find((each) => each.id === 'reachable')).toMatchObject({ status: 'fail', current: true });
    expect(checks.find((each) => each.id === 'authenticated')).toMatchObject({
      status: null,
      current: false,
    });
    await readProblem(post(`/${id}/go-live`), 409);
    expect((await readProblem(post(`/${id}/resume`), 409)).detail).toMatch(/a draft.*take it live/);
    await readProblem(post(`/${id}/check`, { check: 'none' }), 404);
    const health = await officer.read(connectionHealth, `/api/v1/connections/${id}/health`);
    expect(health).toMatchObject({ state: 'draft', deliveries: { queued: 0, dead: 0 }, token: null });
  });

  test('goes live on checks that passed, unless they are older than an hour, the version or the credential', async () => {
    const id = await make({ credential: { type: 'api_key', apiKey: CANARY } });
    const pass = (version: number, at: Date) =>
      database.asOwner(
        `insert into connection_check (tenant_id, connection_id, check_id, version, status, detail, ran_at)
           select $1, $2, unnest($3::text[]), $4, 'ok', 'It does.', $5
           on conflict (tenant_id, connection_id, check_id) do update
              set version = excluded.version, status = 'ok', ran_at = excluded.ran_at`,
        [database.tenantId, id, checkIds, version, at],
      );
    const checkIds = (await read(id)).checks.map((each) => each.id);
    await pass(1, new Date(Date.now() - 3_700_000));
    await readProblem(post(`/${id}/go-live`), 409);
    await act(id, 'change', { config: { node: 'http://127.0.0.1:10' } });
    await pass(1, new Date());
    await readProblem(post(`/${id}/go-live`), 409);
    await pass(2, new Date());
    await act(id, 'credential', { credential: { type: 'api_key', apiKey: `${CANARY}2` } });
    await readProblem(post(`/${id}/go-live`), 409);
    await pass(2, new Date());
    expect(await act(id, 'go-live')).toMatchObject({ state: 'live', version: 2 });
    expect(await act(id, 'pause')).toMatchObject({ state: 'paused' });
    expect(await act(id, 'resume')).toMatchObject({ state: 'live' });
  });
});

describe('versions', () => {
  test('are never lost, and rolling back says again what the old one said', async () => {
    const config = fc.record(
      {
        node: fc.nat(200).map((port) => `http://127.0.0.1:${port + 1}`),
        indexPrefix: fc.stringMatching(/^[a-z]{1,8}$/),
      },
      { requiredKeys: ['node'] },
    );
    const step = fc.oneof(fc.record({ change: config }), fc.record({ back: fc.nat({ max: 10 }) }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const id = await make();
        const said = [(await read(id)).config];
        for (const one of steps) {
          const version = 'back' in one ? (one.back % said.length) + 1 : undefined;
          const next =
            'change' in one
              ? await act(id, 'change', { config: one.change, basedOn: said.length })
              : await act(id, 'roll-back', { version, why: 'It was better.' });
          if (version !== undefined) expect(next.config).toEqual(said[version - 1]);
          expect(next.version - said.length).toBe(isSame(next.config, said.at(-1)) ? 0 : 1);
          if (next.version > said.length) said.push(next.config);
        }
        const kept = (await versionsOf(id)).toReversed();
        expect(kept.map((each) => each.config)).toEqual(said);
        expect(kept.map((each) => each.version)).toEqual(said.map((_config, index) => index + 1));
      }),
      { numRuns: 6, examples: [[[{ change: { node: 'http://127.0.0.1:11' } }, { back: 0 }]]] },
    );
  });

  test('are not made from one that is not current any more, nor changed by anybody', async () => {
    const id = await make();
    await act(id, 'change', { config: { node: 'http://127.0.0.1:11' }, why: 'It moved.' });
    const stale = { config: { node: 'http://127.0.0.1:12' }, basedOn: 1 };
    expect(await readProblem(post(`/${id}/change`, stale), 409)).toMatchObject({ field: '/body/basedOn' });
    await readProblem(post(`/${id}/roll-back`, { version: 9 }), 404);
    await expect(
      database.db.forTenant(database.tenantId, (tx) => tx.query('update connection_version set version = 9')),
    ).rejects.toThrow(/permission denied/);
    expect((await versionsOf(id))[0]).toMatchObject({
      version: 2,
      madeBy: 'Test engineer',
      why: 'It moved.',
    });
  });
});

describe('a removed connection', () => {
  test('frees its name and its credential where the remote system has nothing', async () => {
    const id = await make({ name: 'Old', credential: { type: 'api_key', apiKey: CANARY } });
    expect(await act(id, 'remove', { remains: 'withdraw' })).toMatchObject({
      state: 'removed',
      credential: null,
    });
    await readProblem(post(`/${id}/change`, { name: 'New' }), 409);
    await make({ name: 'Old' });
    const { items } = await officer.read(
      z.object({ items: z.array(connection) }),
      '/api/v1/connections?removed=true',
    );
    expect(
      items
        .filter(({ name }) => name === 'Old')
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['draft', 'removed']);
  });
});

test('no credential stands in a row, a leaf, an answer or a line of the log', async () => {
  const seen = await Promise.all([
    database.asOwner('select * from connection'),
    database.asOwner("select convert_from(body, 'UTF8') as body from ledger_pending"),
    database.asOwner('select * from connection_version'),
    database.asOwner('select * from idempotent_answer'),
    engineer.fetch('/api/v1/connections').then((answer) => answer.text()),
  ]);
  expect(JSON.stringify([seen, hub.log])).not.toContain(CANARY);
  const leaves = await database.asOwner<{ body: Buffer }>(
    "select body from ledger_pending where act = 'configuration.changed' order by id",
  );
  const outcomes = new Set(
    leaves.map(({ body }) => (JSON.parse(body.toString()) as { outcome: string }).outcome),
  );
  expect([...outcomes]).toEqual(
    expect.arrayContaining([
      'added',
      'credential-given',
      'changed',
      'rolled-back',
      'went-live',
      'paused',
      'resumed',
      'removed',
    ]),
  );
});

test('the streams of a connection say how far they were read, and are read again by whoever may', async () => {
  const id = await make({
    connector: 'servicenow',
    name: 'Tickets',
    config: { instance: 'http://127.0.0.1:9', user: 'hub' },
  });
  const items = z.object({ items: z.array(connectionStream) });
  const path = `/api/v1/connections/${id}/streams`;
  const never = {
    stream: 'ticket-changes',
    everySec: 60,
    checkpoint: null,
    readAt: null,
    dueAt: null,
    events: 0,
  };
  expect((await engineer.read(items, path)).items).toMatchObject([never]);
  await readProblem(post(`/${id}/streams/ticket-changes/reset`), 404);
  const { tenantId } = database;
  await database.asOwner(
    `insert into connection_checkpoint (tenant_id, connection_id, stream, checkpoint, due_at, read_at, events)
     values ($1, $2, 'ticket-changes', '{"updatedOn": "x"}', now() + interval '1 hour', now(), 3)`,
    [tenantId, id],
  );
  expect((await engineer.read(items, path)).items).toMatchObject([
    { events: 3, checkpoint: { updatedOn: 'x' } },
  ]);
  await readProblem(post(`/${id}/streams/ticket-changes/reset`, {}, officer), 403);
  const again = `${path}/ticket-changes/reset`;
  const row = await engineer.read(connectionStream, again, { method: 'POST', body: {} });
  expect(row).toMatchObject({ checkpoint: null, events: 3 });
  expect(Date.parse(row.dueAt ?? '')).toBeLessThanOrEqual(Date.now());
});

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
