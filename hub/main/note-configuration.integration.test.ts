import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseLeaf } from '../../recorder-core/ledger/leaf.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { Config } from '../config/settings.ts';
import { openLogger } from '../observability/logger.ts';
import { noteConfiguration } from './note-configuration.ts';

let database: TestDatabase;
let config: Config;
const log = openLogger('hub', 'test', 'silent');

beforeAll(async () => {
  database = await openTestDatabase();
  config = {
    tenantId: database.tenantId,
    node: 'n1',
    purpose: 'business-record',
    maxCalls: 500,
    postgresUrl: 'postgres://user:hunter2@db/holdfast',
  } as Config;
});
afterAll(() => database.close());

const note = (change: Partial<Config> = {}, role = 'hub') =>
  noteConfiguration({ db: database.db, config: { ...config, ...change }, log }, role, new Date());

async function noted(role = 'hub') {
  const leaves = await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, `n1.${role}`));
  return leaves.map(({ body }) => parseLeaf(body));
}

test('a start with the same settings is no change; one with others names them, and no value', async () => {
  await note();
  await note();
  expect(await noted()).toMatchObject([
    { act: 'configuration.changed', facts: { first: true, changed: [] } },
  ]);
  await note({ purpose: 'quality', maxCalls: 7 });
  const [, changed] = await noted();
  expect(changed).toMatchObject({ facts: { first: false, changed: ['maxCalls', 'purpose'] } });
  expect(JSON.stringify(changed)).not.toMatch(/quality|business-record/);
});

test('each role of a node has settings of its own', async () => {
  await note({}, 'worker');
  expect(await noted('worker')).toMatchObject([{ facts: { first: true } }]);
});

test('secrets are not in it, not even as a digest', async () => {
  const [first] = await noted();
  expect(Object.keys(first?.facts?.['settings'] as object)).not.toContain('postgresUrl');
  await note({ purpose: 'quality', maxCalls: 7, postgresUrl: 'postgres://user:other@db/holdfast' });
  expect(await noted()).toHaveLength(2);
});

test('a database that is away does not stop a start', async () => {
  const db = { ...database.db, forTenant: () => Promise.reject(new Error('away')) };
  await expect(noteConfiguration({ db, config, log }, 'hub', new Date())).resolves.toBeUndefined();
});
