import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '../../../../recorder-core/records/ids.ts';
import { insertProbe, raiseStoreAlert } from '../../../../recorder-core/records/object-store-probes.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub } from '../../../../test/support/test-hub.ts';
import { objectStore } from '../../schemas/object-store.ts';

const PATH = '/api/v1/object-store';
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

test('the object store is shown with what its promises proved to be worth, to those who may see the system', async () => {
  const auditor = await hub.signIn('auditor');
  expect(await auditor.read(objectStore, PATH)).toEqual({
    place: `the folder ${hub.objects}`,
    lock: 'none',
    probe: null,
    alerts: [],
  });
  const now = Date.now();
  const probedAt = new Date(now).toISOString();
  const { tenantId } = database;
  await database.db.forTenant(tenantId, async (tx) => {
    await insertProbe(tx, tenantId, {
      id: newId(now),
      place: 's3://bucket at store.example',
      mode: 'governance',
      verdict: 'not-worm',
      findings: [{ check: 'held-stays', kept: false, detail: 'The object was gone afterwards.' }],
      probedAt,
    });
    await raiseStoreAlert(tx, tenantId, {
      id: newId(now),
      kind: 'not-worm',
      detail: 'It broke a promise.',
      raisedAt: probedAt,
    });
  });
  expect(await auditor.read(objectStore, PATH)).toMatchObject({
    probe: {
      probedAt,
      mode: 'governance',
      verdict: 'not-worm',
      findings: [{ check: 'held-stays', promise: 'An object under legal hold is not deleted.', kept: false }],
    },
    alerts: [{ kind: 'not-worm', clearedAt: null }],
  });
  const stranger = await hub.signIn('superuser');
  await readProblem(stranger.fetch(PATH), 403);
});
