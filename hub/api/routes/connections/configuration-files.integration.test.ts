import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { connection, connectionDetail } from '../../schemas/connection.ts';
import {
  configurationApplied,
  configurationExport,
  configurationPlan,
} from '../../schemas/configuration-file.ts';
import { problem } from '../../schemas/primitives.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../../../test/support/test-hub.ts';

const CANARY = 'canary-secret-of-no-server';
const FILES = '/api/v1/configuration-files';
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

const site = (node: string): string =>
  [
    'holdfast: 1',
    'name: site',
    'connections:',
    '  - name: Search',
    '    connector: elasticsearch',
    `    config: { node: "${node}" }`,
    '    credential: { type: api_key, apiKey: "${env:PATH}" }',
    'webhooks:',
    '  - { name: SIEM, url: "https://siem.example/in", types: [hold.*] }',
  ].join('\n');
const secrets = { 'env:PATH': CANARY };
const planned = (body: object) => engineer.read(configurationPlan, `${FILES}/plan`, { method: 'POST', body });
const apply = (body: object) => engineer.read(configurationApplied, FILES, { method: 'POST', body });
const refused = async (body: object, who = engineer, path = FILES) =>
  problem.parse(await (await who.fetch(path, { method: 'POST', body })).json());

test('a file is planned, applied as it was planned, and given back as a file that changes nothing', async () => {
  const text = site('https://search.example:9200');
  const { plan, faults, secrets: named } = await planned({ text, secrets });
  expect(faults).toEqual([]);
  expect(named).toEqual([{ reference: 'env:PATH', connection: 'Search', field: 'apiKey' }]);
  expect(plan?.objects.map(({ action, name }) => `${action} ${name}`)).toEqual(['add Search', 'add SIEM']);
  expect(await apply({ text, secrets, plan: plan?.id, why: 'Change 4711' })).toMatchObject({
    applicationId: expect.any(String),
    shown: [],
  });
  const { text: exported, fileName } = await engineer.read(configurationExport, `${FILES}/export?name=site`);
  expect(fileName).toBe('site.yaml');
  expect(exported).toContain('# draft\n  - name: Search');
  expect(exported).not.toContain(CANARY);
  const again = await planned({ text: exported });
  expect(again.plan?.objects).toMatchObject([
    { name: 'Search', action: 'unchanged', state: 'draft', changes: [] },
    { name: 'SIEM', action: 'unchanged', state: 'enabled', changes: [] },
  ]);
});

test('every fault comes with its line and field; nothing of the server stands for a secret', async () => {
  const wrong = site('ftp://search.example').replace('name: Search', 'name: Other');
  const { plan, faults } = await planned({ text: wrong });
  expect(plan).toBeNull();
  expect(faults).toEqual([
    expect.objectContaining({ line: 6, field: 'connections[0].config.node', message: expect.any(String) }),
  ]);
  // There is a variable PATH in every process, and it is not looked at.
  const { faults: lacking } = await planned({
    text: site('https://s.example').replace('name: Search', 'name: Other'),
  });
  expect(lacking).toMatchObject([
    { line: 7, field: 'connections[0].credential.apiKey', message: expect.stringContaining('"env:PATH"') },
  ]);
  expect((await planned({ text: 'connections: [' })).faults[0]).toMatchObject({ line: 1, field: '' });
  expect(await refused({ text: wrong, plan: '0'.repeat(64) })).toMatchObject({
    code: 'invalid_input',
    field: 'connections[0].config.node',
  });
  expect(await refused({ text: '', plan: 'x' })).toMatchObject({ code: 'invalid_input' });
});

test('what changed since the plan was shown is refused, and so is who may not', async () => {
  const text = site('https://search.example:9201');
  const { plan } = await planned({ text });
  const [search] = plan?.objects ?? [];
  expect(search).toMatchObject({ action: 'change', changes: [{ path: 'config.node' }] });
  const listed = z.object({ items: z.array(connection) });
  const { items } = await engineer.read(listed, '/api/v1/connections');
  const id = items.find(({ name }) => name === 'Search')?.id ?? '';
  await engineer.read(connectionDetail, `/api/v1/connections/${id}/change`, {
    method: 'POST',
    body: { config: { node: 'https://elsewhere.example:9200' } },
  });
  expect(await refused({ text, plan: plan?.id })).toMatchObject({ code: 'conflict' });
  const now = await planned({ text });
  expect(now.plan?.objects[0]?.drift).toMatchObject([{ path: 'config.node' }]);
  await apply({ text, plan: now.plan?.id });
  expect((await planned({ text })).plan?.objects[0]).toMatchObject({ action: 'unchanged', drift: [] });
  const auditor = await hub.signIn('auditor');
  expect(await refused({ text }, auditor, `${FILES}/plan`)).toMatchObject({ code: 'forbidden' });
  expect(await refused({ text, plan: now.plan?.id }, auditor)).toMatchObject({ code: 'forbidden' });
});
