import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { z } from 'zod';
import { parseLeaf } from '../../recorder-core/ledger/leaf.ts';
import { listConnections } from '../../recorder-core/records/connections.ts';
import { listVersions } from '../../recorder-core/records/connection-versions.ts';
import { listApplications } from '../../recorder-core/records/configuration-files.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { listEndpoints } from '../../recorder-core/records/webhook-endpoints.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { appliedFile, configuredObject } from '../api/schemas/configuration-file.ts';
import { configurationDrift } from '../api/schemas/configuration.ts';
import { connectionDetail } from '../api/schemas/connection.ts';
import { applyConfiguration, requireSamePlan } from './apply-configuration.ts';
import { describePlan } from './describe-plan.ts';
import { FileFaults } from './file-faults.ts';
import { differs, planDigest } from './plan-configuration.ts';
import { exportFile, planFile } from './plan-file.ts';
import { readConfigurationFile } from './read-file.ts';

const CANARY = 'canary-secret-of-no-server';
let database: TestDatabase;
let hub: TestHub;
let engineer: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  engineer = await hub.signIn('engineer');
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const tenancy = () => ({
  asking: {
    db: database.db,
    tenantId: database.tenantId,
    person: { id: engineer.userId, name: engineer.name, role: 'engineer' },
    now: hub.services.now(),
    newId: hub.services.newId,
  },
  keys: hub.services.keys,
  reshape: hub.services.reshape,
});
const secrets: Record<string, string> = { KEY: CANARY, OTHER: `${CANARY}-2` };
const choices = (more: { prune?: boolean; keepMissing?: boolean } = {}) => ({
  secrets: {
    resolve: ({ name }: { name: string }) => Promise.resolve(secrets[name]),
    keepMissing: more.keepMissing ?? false,
    lacking: ({ name }: { name: string }) => `There is no variable "${name}", or it is empty.`,
  },
  prune: more.prune ?? false,
});

const write = (file: object): string => stringify({ holdfast: 1, ...file });
const plan = (text: string, more: Parameters<typeof choices>[0] = {}) =>
  inTenant(
    async (tx) =>
      (await planFile(tx, tenancy(), readConfigurationFile('site.yaml', text), choices(more))).plan,
  );
const apply = (
  text: string,
  more: Parameters<typeof choices>[0] & { remains?: 'keep'; meanwhile?: () => Promise<unknown> } = {},
) =>
  inTenant(async (tx) => {
    const planned = await planFile(tx, tenancy(), readConfigurationFile('site.yaml', text), choices(more));
    await more.meanwhile?.();
    const person = { id: engineer.userId, name: engineer.name, role: 'engineer' };
    const { services } = hub;
    const asking = {
      db: database.db,
      tenantId: database.tenantId,
      person,
      now: services.now(),
      newId: services.newId,
    };
    const remains = more.remains ?? 'withdraw';
    return applyConfiguration(
      { tx, asking, keys: services.keys, reshape: services.reshape, why: 'as agreed', remains },
      planned,
    );
  });
const faults = async (text: string, more = {}): Promise<string> => {
  try {
    await plan(text, more);
  } catch (error) {
    if (error instanceof FileFaults) return error.message;
    throw error;
  }
  return '';
};
const search = (name: string, more: object = {}) => ({
  name,
  connector: 'elasticsearch',
  config: { node: 'http://127.0.0.1:9' },
  credential: { type: 'api_key', apiKey: '${env:KEY}' },
  ...more,
});
const hook = (name: string, more: object = {}) => ({
  name,
  url: 'https://hooks.example/in',
  types: ['hold.*'],
  ...more,
});
const actions = ({ objects }: Awaited<ReturnType<typeof plan>>) =>
  objects.map(({ name, action }) => `${action} ${name}`);

describe('a file that is applied', () => {
  const first = write({
    name: 'life',
    connections: [search('One'), search('Two')],
    webhooks: [hook('Hook')],
  });

  test('makes what it says, once, and never shows a secret', async () => {
    const planned = await plan(first);
    expect(actions(planned)).toEqual(['add One', 'add Two', 'add Hook']);
    expect(describePlan(planned)).toContain('credential.apiKey: (secret) differs');
    expect(JSON.stringify(planned) + describePlan(planned)).not.toContain(CANARY);
    expect(await apply(first)).toMatchObject({ applicationId: expect.any(String) });
    expect(differs(await plan(first))).toBe(false);
    const before = await inTenant(listApplications);
    expect(await apply(first)).toEqual({ applicationId: null, shown: [] });
    expect(await inTenant(listApplications)).toEqual(before);
    expect(before[0]).toMatchObject({
      source: 'life',
      appliedBy: engineer.name,
      why: 'as agreed',
      digest: planned.digest,
    });
  });

  test('changes what it says otherwise, as a version of its own', async () => {
    const second = write({
      name: 'life',
      connections: [
        search('One', { config: { node: 'http://127.0.0.1:10' } }),
        search('Two', { credential: { type: 'api_key', apiKey: '${env:OTHER}' } }),
      ],
      webhooks: [hook('Hook', { description: 'For the SIEM', types: ['hold.*', 'incident.opened'] })],
    });
    const planned = await plan(second);
    expect(actions(planned)).toEqual(['change One', 'change Two', 'change Hook']);
    expect(planned.objects[0]?.changes).toEqual([
      { path: 'config.node', before: '"http://127.0.0.1:9"', after: '"http://127.0.0.1:10"' },
    ]);
    expect(planned.objects[1]?.changes).toEqual([{ path: 'credential.apiKey', secret: true }]);
    await apply(second);
    expect(differs(await plan(second))).toBe(false);
    const row = (await inTenant(listConnections)).find(({ name }) => name === 'One');
    expect(await inTenant((tx) => listVersions(tx, row?.id ?? ''))).toMatchObject([
      { version: 2, why: 'as agreed' },
      { version: 1 },
    ]);
    // Going back is the older file.
    await apply(first);
    expect((await inTenant(listConnections)).find(({ name }) => name === 'One')?.config).toMatchObject({
      node: 'http://127.0.0.1:9',
    });
  });

  test('shows what another hand changed, and takes it back', async () => {
    const row = (await inTenant(listConnections)).find(({ name }) => name === 'One');
    await engineer.read(connectionDetail, `/api/v1/connections/${row?.id}/change`, {
      method: 'POST',
      body: { config: { node: 'http://127.0.0.1:11' } },
    });
    const planned = await plan(first);
    expect(planned.objects[0]).toMatchObject({
      action: 'change',
      drift: [{ path: 'config.node', before: '"http://127.0.0.1:9"', after: '"http://127.0.0.1:11"' }],
    });
    expect(describePlan(planned)).toContain('changed by another hand');
    expect(describePlan(planned)).toContain('1 drifted');
    // The same without the file, for whoever has only the console.
    const drift = await engineer.read(configurationDrift, '/api/v1/configuration/drift');
    expect(drift.items).toMatchObject([{ name: 'One', changes: planned.objects[0]?.drift }]);
    const seen = planned;
    await apply(first);
    expect(differs(await plan(first))).toBe(false);
    const now = await plan(first);
    expect(() => requireSamePlan(planDigest(seen), now)).toThrow('Something changed since');
  });

  test('removes what it no longer names where that is asked for, and nothing of others', async () => {
    await apply(write({ name: 'other', connections: [search('Elsewhere')] }));
    const less = write({ name: 'life', connections: [search('One')], webhooks: [] });
    expect(actions(await plan(less))).toEqual(['unchanged One', 'leave Two', 'leave Hook']);
    expect(await apply(less)).toEqual({ applicationId: null, shown: [] });
    expect(actions(await plan(less, { prune: true }))).toEqual([
      'unchanged One',
      'remove Two',
      'remove Hook',
    ]);
    await apply(less, { prune: true });
    expect((await inTenant(listConnections)).map(({ name }) => name)).toEqual(['Elsewhere', 'One']);
    expect(await inTenant(listEndpoints)).toEqual([]);
    expect(differs(await plan(less, { prune: true }))).toBe(false);
  });

  test('is all or nothing', async () => {
    const half = write({ name: 'half', connections: [search('Three')], webhooks: [hook('Taken')] });
    const meanwhile = () => engineer.fetch('/api/v1/webhooks', { method: 'POST', body: hook('taken') });
    await expect(apply(half, { meanwhile })).rejects.toMatchObject({ code: 'conflict' });
    expect(await faults(half)).toMatch(/^site\.yaml:\d+:\d+: webhooks\[0\]\.name: .*"taken"/);
    expect((await inTenant(listConnections)).map(({ name }) => name)).not.toContain('Three');
    expect((await inTenant(listApplications)).map(({ source }) => source)).not.toContain('half');
  });
});

describe('a file that is wrong', () => {
  test.each<[string, object, string]>([
    ['a connector that there is not', search('X', { connector: 'elastic' }), 'connections[0].connector'],
    [
      'the built-in one',
      search('X', { connector: 'embedded-search', credential: { type: 'none' } }),
      'connections[0].connector',
    ],
    [
      'a field of the configuration',
      search('X', { config: { node: 'ftp://x' } }),
      'connections[0].config.node',
    ],
    [
      'a secret in the file',
      search('X', { credential: { type: 'api_key', apiKey: CANARY } }),
      'connections[0].credential.apiKey',
    ],
    [
      'a reference that leads nowhere',
      search('X', { credential: { type: 'api_key', apiKey: '${env:NONE}' } }),
      'connections[0].credential.apiKey',
    ],
    [
      'another kind of credential',
      search('X', { credential: { type: 'bearer', token: '${env:KEY}' } }),
      'connections[0].credential.type',
    ],
    [
      'a mapping of an operation that takes none',
      search('X', { mappings: { none: [] } }),
      'connections[0].mappings.none',
    ],
  ])('%s names the field and its line', async (_, connection, path) => {
    const told = await faults(write({ connections: [connection] }));
    expect(told).toMatch(/^site\.yaml:[1-9]\d*:\d+: /);
    expect(told).toContain(path);
    expect(told).not.toContain(CANARY);
  });

  test('an event that there is not, and a way of signing that cannot change', async () => {
    expect(await faults(write({ webhooks: [hook('Y', { types: ['nothing.happened'] })] }))).toContain(
      'webhooks[0].types[0]',
    );
    expect(await faults(write({ webhooks: [hook('Y', { url: 'https://a:b@hooks.example/in' })] }))).toMatch(
      /^site\.yaml:\d+:\d+: webhooks\[0\]\.url: .*no user/,
    );
    await apply(write({ name: 'signing', webhooks: [hook('Y')] }));
    expect(await faults(write({ name: 'signing', webhooks: [hook('Y', { signing: 'hmac' })] }))).toContain(
      'webhooks[0].signing',
    );
  });
});

test('mappings and reshapes are compared row by row, and checked as by every other hand', async () => {
  const OPERATION = 'upsert-recording';
  const crm = (expr: string, reshape = '{"who": parties[0].name}') =>
    write({
      name: 'crm',
      connections: [
        {
          name: 'CRM',
          connector: 'salesforce',
          config: { instanceUrl: 'https://acme.my.salesforce.com' },
          mappings: { [OPERATION]: [{ target: 'Note__c', expr, redact: true }] },
          reshapes: { [OPERATION]: reshape },
        },
      ],
    });
  await apply(crm('shape.who'));
  expect(differs(await plan(crm('shape.who')))).toBe(false);
  expect((await plan(crm('record.callId', '{"who": id}'))).objects[0]?.changes).toEqual([
    { path: `mappings.${OPERATION}.Note__c.expr`, before: '"shape.who"', after: '"record.callId"' },
    { path: `reshapes.${OPERATION}`, before: '"{\\"who\\": parties[0].name}"', after: '"{\\"who\\": id}"' },
  ]);
  const exported = await inTenant((tx) => exportFile(tx, tenancy(), 'crm'));
  const again = await plan(exported, { keepMissing: true });
  expect(again.objects.find(({ name }) => name === 'CRM')).toMatchObject({ action: 'unchanged' });
  expect(await faults(crm('record.callid'))).toMatch(
    /^site\.yaml:11:17: connections\[0\]\.mappings\.upsert-recording\[0\]\.expr: .*Did you mean "callId"/,
  );
  expect(await faults(crm('shape.who', '{"who": '))).toContain('connections[0].reshapes.upsert-recording');
});

describe('an export', () => {
  test('is a file that changes nothing, whatever there is, and holds no secret', async () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 ]{0,20}[a-z]$/);
    const connections = fc.uniqueArray(
      fc.record({
        name,
        port: fc.integer({ min: 1, max: 65_535 }),
        indexPrefix: fc.stringMatching(/^[a-z][a-z0-9_-]{0,10}$/),
        credential: fc.constantFrom(
          undefined,
          { type: 'api_key', apiKey: '${env:KEY}' },
          { type: 'basic', username: 'yes', password: '${env:OTHER}' },
        ),
      }),
      { selector: (one) => one.name.toLowerCase(), maxLength: 4 },
    );
    const hooks = fc.uniqueArray(
      fc.record({
        name,
        description: fc.string({ maxLength: 30 }),
        signing: fc.constantFrom('ed25519', 'hmac'),
      }),
      {
        selector: (one) => one.name.toLowerCase(),
        maxLength: 3,
      },
    );
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(connections, hooks, async (some, others) => {
        const run = `run-${(runs += 1)}`;
        const text = write({
          name: run,
          connections: some.map(({ name: each, port, indexPrefix, credential }) =>
            search(`${each} ${run}`, {
              config: { node: `http://127.0.0.1:${port}`, indexPrefix },
              credential,
            }),
          ),
          webhooks: others.map(({ name: each, ...more }) => hook(`${each} ${run}`, more)),
        });
        await apply(text);
        const exported = await inTenant((tx) => exportFile(tx, tenancy(), run));
        expect(exported).not.toContain(CANARY);
        const again = await plan(exported, { keepMissing: true });
        expect(again.objects.filter(({ changes, drift }) => changes.length + drift.length > 0)).toEqual([]);
        expect(again.objects.filter(({ action }) => action === 'add' || action === 'remove')).toEqual([]);
        await apply(write({ name: run }), { prune: true });
      }),
      { numRuns: 4 },
    );
    // Where the variables are not set, and nobody said that secrets stay, the file says which are missing.
    await apply(write({ name: 'missing', connections: [search('Needs a key')] }));
    const exported = await inTenant((tx) => exportFile(tx, tenancy(), 'missing'));
    expect(await faults(exported)).toContain('HOLDFAST_SECRET_NEEDS_A_KEY_API_KEY');
  });
});

test('who looks at connections sees which files speak for them', async () => {
  const schema = z.object({ items: z.array(appliedFile), objects: z.array(configuredObject) });
  const { items, objects } = await engineer.read(schema, '/api/v1/configuration-files');
  const [one] = await inTenant(listConnections);
  expect(items.map(({ source }) => source)).toContain('life');
  expect(objects).toContainEqual({ kind: 'connection', id: one?.id, source: expect.any(String) });
});

test('what a file did stands in the ledger, with its digest and without a secret', async () => {
  const text = write({ name: 'ledger', connections: [search('Noted')] });
  const { applicationId } = await apply(text);
  const leaves = await inTenant((tx) => readLeavesAbout(tx, applicationId ?? ''));
  const [leaf] = leaves.map(({ body }) => parseLeaf(body));
  expect(leaf).toMatchObject({
    act: 'configuration.changed',
    outcome: 'applied',
    facts: {
      source: 'ledger',
      sha256: (await plan(text)).digest,
      added: 1,
      changed: 0,
      adopted: 0,
      removed: 0,
    },
  });
  expect(JSON.stringify(leaves)).not.toContain(CANARY);
});
