import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import {
  personDetail,
  personSummary,
  roleChange,
  roleChangePreview,
  roleMapping,
} from '../../schemas/person.ts';

jest.setTimeout(60_000);

const BASE = '/api/v1/people';
let database: TestDatabase;
let hub: TestHub;
let admin: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  admin = await hub.signIn('administrator');
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const post = (path: string, body: object, person = admin) => person.fetch(path, { method: 'POST', body });
const change = (body: object) => admin.read(roleChange, `${BASE}/changes`, { method: 'POST', body });
const list = () => admin.read(z.object({ items: z.array(personSummary) }), BASE);

test('somebody is hired with the role of the place, moves, and is out with the leave', async () => {
  const mappings = z.object({ items: z.array(roleMapping) });
  const legal = { department: 'Legal', role: 'compliance_officer' };
  const set = await admin.read(mappings, '/api/v1/role-mappings', { method: 'POST', body: legal });
  expect(set.items).toMatchObject([{ department: 'Legal', job: null, role: 'compliance_officer' }]);
  const hired = await change({ operation: 'hire', name: 'Hanna Hire', department: 'Legal', reason: 'New' });
  expect(hired).toMatchObject({ state: 'applied', after: { role: 'compliance_officer', status: 'active' } });
  await readProblem(post(`${BASE}/changes`, { operation: 'hire', name: 'Hanna Hire' }), 409); // one name, one person
  const { id: personId } = (await list()).items.find(({ name }) => name === 'Hanna Hire')!;
  await change({ operation: 'move', personId, managerId: admin.userId });
  const preview = await admin.read(roleChangePreview, `${BASE}/changes/preview`, {
    method: 'POST',
    body: { operation: 'leave', personId },
  });
  expect(preview).toMatchObject({ outcome: 'applied', successor: admin.name, ends: { sessions: 0 } });
  await change({ operation: 'leave', personId, reason: 'Notice' });
  const detail = await admin.read(personDetail, `${BASE}/${personId}`);
  expect(detail).toMatchObject({ status: 'left', role: 'none', manager: { id: admin.userId } });
  expect(detail.changes.map(({ operation, rule }) => [operation, rule])).toEqual([
    ['leave', 'role-change/left'],
    ['move', 'role-change/kept-role'],
    ['hire', 'role-change/mapped-role'],
  ]);
});

test('a change with a date to come is taken back until then, and not afterwards', async () => {
  const auditor = await hub.signIn('auditor');
  const effectiveAt = new Date(Date.now() + 86_400_000).toISOString();
  const { id, state } = await change({ operation: 'leave', personId: auditor.userId, effectiveAt });
  expect(state).toBe('waiting');
  const path = `${BASE}/changes/${id}/withdraw`;
  const body = { reason: 'They stay' };
  expect(await admin.read(roleChange, path, { method: 'POST', body })).toMatchObject({ state: 'withdrawn' });
  await readProblem(post(path, body), 409);
  expect((await auditor.fetch('/api/v1/session')).status).toBe(200);
  const topics = await database.asOwner<{ topic: string }>(
    "select topic from outbox where payload->>'changeId' = $1 order by created_at, topic",
    [id],
  );
  expect(topics.map(({ topic }) => topic)).toEqual(['role-change.asked', 'role-change.withdrawn']);
});

test('what is not allowed is refused: unknown operations, the last administrator, a role that may only read', async () => {
  await readProblem(post(`${BASE}/changes`, { operation: 'promote', personId: admin.userId }), 400);
  const last = await readProblem(
    post(`${BASE}/changes`, { operation: 'leave', personId: admin.userId }),
    409,
  );
  expect(last.detail).toContain('role-change/last-administrator');
  const auditor = await hub.signIn('auditor');
  await readProblem(post(`${BASE}/changes`, { operation: 'leave', personId: auditor.userId }, auditor), 403);
  expect((await auditor.fetch(BASE)).status).toBe(200);
  const engineer = await hub.signIn('engineer');
  await readProblem(engineer.fetch(BASE), 403);
  const stranger = await hub.signIn('administrator', await database.addTenant());
  await readProblem(stranger.fetch(`${BASE}/${admin.userId}`), 404);
});
