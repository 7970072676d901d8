import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import type { Tx } from '../../recorder-core/records/database.ts';
import { listConnections } from '../../recorder-core/records/connections.ts';
import { listEndpoints } from '../../recorder-core/records/webhook-endpoints.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { configurationPlan } from '../api/schemas/configuration-file.ts';
import { applyConfiguration } from './apply-configuration.ts';
import { givenSecrets } from './given-secrets.ts';
import { planFile } from './plan-file.ts';
import { readConfigurationFile } from './read-file.ts';

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

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const file = (url: string, more: object = {}): string =>
  stringify({ holdfast: 1, name: 'site', webhooks: [{ name: 'SIEM', url, types: ['hold.*'] }], ...more });
const planned = async (text: string) =>
  (await engineer.read(configurationPlan, `${FILES}/plan`, { method: 'POST', body: { text } })).plan;
const apply = (text: string, plan: string | undefined) =>
  engineer.fetch(FILES, { method: 'POST', body: { text, plan } });

test('of two who apply the same plan at once one does it, and the other is told that something changed', async () => {
  const search = { name: 'Search', connector: 'elasticsearch', config: { node: 'http://127.0.0.1:9' } };
  const text = file('https://siem.example/in', { connections: [search] });
  const plan = await planned(text);
  const answers = await Promise.all([apply(text, plan?.id), apply(text, plan?.id)]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  const connections = await inTenant(listConnections);
  expect(connections.filter(({ name }) => name === 'Search')).toHaveLength(1);
  expect(await inTenant(listEndpoints)).toHaveLength(1);
});

test('what another hand changes while a file is applied is not overwritten, and nothing of the file is done', async () => {
  const { db, tenantId } = database;
  const { keys, reshape, newId, now } = hub.services;
  const person = { id: engineer.userId, name: engineer.name, role: 'engineer' };
  const asking = { db, tenantId, person, now: now(), newId };
  const text = file('https://siem.example/of-the-file');
  const [endpoint] = await inTenant(listEndpoints);
  const applying = inTenant(async (tx) => {
    const secrets = givenSecrets({});
    const work = await planFile(tx, { asking, keys, reshape }, readConfigurationFile('site.yaml', text), {
      secrets,
      prune: false,
    });
    const body = { url: 'https://siem.example/by-hand' };
    const changed = await engineer.fetch(`/api/v1/webhooks/${endpoint!.id}`, { method: 'POST', body });
    expect(changed.status).toBe(200);
    return applyConfiguration({ tx, asking, keys, reshape, why: undefined, remains: 'keep' }, work);
  });
  await expect(applying).rejects.toMatchObject({ code: 'conflict' });
  expect(await inTenant(listEndpoints)).toMatchObject([{ url: 'https://siem.example/by-hand' }]);
});
