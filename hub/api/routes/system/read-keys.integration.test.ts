import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '../../../../recorder-core/records/ids.ts';
import { openPeriod, setNewRoot } from '../../../../recorder-core/records/key-periods.ts';
import { insertKek } from '../../../../recorder-core/records/keys.ts';
import { reportRoots, upsertNode } from '../../../../recorder-core/records/recorder-nodes.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub } from '../../../../test/support/test-hub.ts';
import { keyState } from '../../schemas/keys.ts';

const PATH = '/api/v1/keys';
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

test('the keys are shown with what each root wraps, and an open period with all that it waits for', async () => {
  const auditor = await hub.signIn('auditor');
  const { keys } = hub.services;
  const current = await keys.currentKeyId();
  expect(await auditor.read(keyState, PATH)).toMatchObject({
    provider: keys.id,
    health: { ok: true },
    current,
    roots: [],
    periods: [],
  });
  const { db, tenantId } = database;
  const [kek, period] = [newId(Date.now()), newId(Date.now())];
  await db.forTenant(tenantId, async (tx) => {
    const scope = { region: 'eu-central', period: '2026-11', retentionClass: 'standard' };
    const wrapped = Buffer.from('wrapped');
    await insertKek(tx, tenantId, { id: kek, provider: keys.id, rootKeyId: current, wrapped, ...scope });
    await openPeriod(tx, tenantId, {
      id: period,
      provider: keys.id,
      oldRoots: [current],
      openedAt: new Date().toISOString(),
    });
    const node = { region: 'eu-central', version: '1', state: 'taking', calls: 0, capacity: 1 } as const;
    await upsertNode(tx, tenantId, { node: 'quiet', ...node });
    await upsertNode(tx, tenantId, { node: 'busy', ...node });
    await reportRoots(tx, 'busy', [current]);
  });
  const opened = await auditor.read(keyState, PATH);
  expect(opened.roots).toEqual([
    { provider: keys.id, root: current, current: true, keks: 1, credentials: 0, secrets: 0 },
  ]);
  expect(opened.scopes).toMatchObject([{ period: '2026-11', keks: 1, touched: 0 }]);
  expect(opened.periods).toMatchObject([{ id: period, newRoot: null, waitsFor: [{ kind: 'not-rotated' }] }]);

  await db.forTenant(tenantId, (tx) => setNewRoot(tx, period, 'another'));
  expect((await auditor.read(keyState, PATH)).periods[0]?.waitsFor).toMatchObject([
    { kind: 'recorder-uses', node: 'busy' },
    { kind: 'recorder-unheard', node: 'quiet' },
    { kind: 'still-wrapped', keks: 1, credentials: 0, secrets: 0 },
  ]);
  const supervisor = await hub.signIn('supervisor');
  await readProblem(supervisor.fetch(PATH), 403);
});
