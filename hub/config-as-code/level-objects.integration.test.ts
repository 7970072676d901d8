import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import type { Tx } from '../../recorder-core/records/database.ts';
import { addConnectionRow } from '../../test/support/connection-row.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { configurationDrift } from '../api/schemas/configuration.ts';
import { standingLevels } from '../api/schemas/incident-levels.ts';
import { applyConfiguration } from './apply-configuration.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { givenSecrets } from './given-secrets.ts';
import { differs, type ConfigurationPlan } from './plan-configuration.ts';
import { exportFile, planFile, type Tenancy } from './plan-file.ts';
import { readConfigurationFile } from './read-file.ts';

jest.setTimeout(120_000); // a database and a hub are made

let database: TestDatabase;
let hub: TestHub;
let administrator: TestPerson;
let engineer: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  [administrator, engineer] = [await hub.signIn('administrator'), await hub.signIn('engineer')];
  await addConnectionRow(database, {
    connector: 'webhook',
    name: 'Night pager',
    config: { sends: ['ticket'], url: 'https://pager.example/in' },
  });
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
function tenancy({ userId, name }: TestPerson): Tenancy {
  const { keys, reshape, now, newId } = hub.services;
  const person = { id: userId, name, role: '' };
  return {
    asking: { db: database.db, tenantId: database.tenantId, person, now: now(), newId },
    keys,
    reshape,
  };
}

const calls = (afterMinutes: number, more: object = {}) => [
  { afterMinutes, roles: ['compliance_officer'], people: [], connections: [], ...more },
];
const write = (file: object): string => stringify({ holdfast: 1, name: 'calls', ...file });
const withHigh = (high: object[]): string =>
  write({ incidentLevels: { critical: calls(0), high, medium: calls(0), low: calls(0) } });

const planned = (tx: Tx, person: TestPerson, text: string, prune: boolean) =>
  planFile(tx, tenancy(person), readConfigurationFile('calls.yaml', text), {
    secrets: givenSecrets({}),
    prune,
  });
const plan = (person: TestPerson, text: string, prune = false): Promise<ConfigurationPlan> =>
  inTenant(async (tx) => (await planned(tx, person, text, prune)).plan);
const apply = (person: TestPerson, text: string, prune = false) =>
  inTenant(async (tx) =>
    applyConfiguration(
      { tx, ...tenancy(person), why: 'Nights are staffed.', remains: 'keep' },
      await planned(tx, person, text, prune),
    ),
  );
const actions = ({ objects }: ConfigurationPlan): string[] => objects.map(({ action }) => action);
const exported = (person: TestPerson) => inTenant((tx) => exportFile(tx, tenancy(person), 'calls'));
const standing = () => administrator.read(standingLevels, '/api/v1/incident-levels');
const drift = async (person: TestPerson) =>
  (await person.read(configurationDrift, '/api/v1/configuration/drift')).items;

const own = withHigh(calls(5, { connections: ['Night pager'] }));

test('levels of incidents are refused from who may not handle incidents, and where they call nobody that there is', async () => {
  await expect(plan(engineer, own)).rejects.toThrow(/incidentLevels: Only who may handle incidents/);
  await expect(plan(administrator, withHigh(calls(5, { connections: ['Nobody'] })))).rejects.toThrow(
    /incidentLevels\.high\[0\]\.connections\[0\]: There is no connection "Nobody"/,
  );
  await expect(plan(administrator, withHigh([...calls(5), ...calls(5)]))).rejects.toThrow(/come later/);
  expect((await standing()).version).toBe(0);
});

test('they are set by a file, once, and exported with connections by name to who may read incidents', async () => {
  await apply(administrator, own);
  expect(differs(await plan(administrator, own))).toBe(false);
  expect(await apply(administrator, own)).toEqual({ applicationId: null, shown: [] });
  expect((await standing()).levels.high).toMatchObject([{ afterMinutes: 5, roles: ['compliance_officer'] }]);
  const text = await exported(administrator);
  expect((parse(text) as ConfigurationFile).incidentLevels?.high[0]?.connections).toEqual(['Night pager']);
  expect((await plan(administrator, text)).objects).toContainEqual(
    expect.objectContaining({ kind: 'incident-levels', action: 'unchanged', changes: [] }),
  );
  expect(await exported(engineer)).not.toContain('incidentLevels');
});

test('what another hand changes of them is drift, for who may read incidents, and the file changes it back', async () => {
  const { levels, version } = await standing();
  const body = { levels: { ...levels, low: calls(60) }, version, reason: 'By another hand.' };
  await administrator.read(standingLevels, '/api/v1/incident-levels', { method: 'POST', body });
  const [drifted, ...others] = await drift(administrator);
  expect(drifted).toMatchObject({ kind: 'incident-levels', source: 'calls' });
  expect(drifted?.changes.map(({ path }) => path)).toEqual(['low']);
  expect(others).toEqual([]);
  expect(await drift(engineer)).toEqual([]);
  expect(actions(await plan(administrator, own))).toEqual(['change']);
  await apply(administrator, own);
  expect((await standing()).levels).toEqual(levels);
});

test('a connection that takes the name of one that was removed is the one that is called, and the plan says so', async () => {
  await database.asOwner(
    "update connection set state = 'removed', remains = 'keep' where name = 'Night pager'",
  );
  expect(actions(await plan(administrator, own))).toEqual(['unchanged']);
  const id = await addConnectionRow(database, {
    connector: 'webhook',
    name: 'Night pager',
    config: { sends: ['ticket'], url: 'https://other.example/in' },
  });
  expect((await plan(administrator, await exported(administrator))).objects).toContainEqual(
    expect.objectContaining({ kind: 'incident-levels', action: 'unchanged', changes: [] }),
  );
  expect(actions(await plan(administrator, own))).toEqual(['change']);
  await apply(administrator, own);
  expect((await standing()).levels.high[0]?.connections).toEqual([id]);
  expect(differs(await plan(administrator, own))).toBe(false);
});

test('a file that no longer names them leaves them, and takes them back only when it is told to, by who may', async () => {
  const without = write({});
  expect(actions(await plan(administrator, without))).toEqual(['leave']);
  expect(actions(await plan(engineer, without, true))).toEqual([]);
  await apply(administrator, without, true);
  expect((await standing()).own).toBe(false);
});
