import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { askApproval } from '../../../../recorder-core/records/ask-approval.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { approvalDetail, approvalSummary, delegation } from '../../schemas/approval.ts';

jest.setTimeout(60_000);

const list = z.object({ items: z.array(approvalSummary) });
const lent = z.object({ items: z.array(delegation) });
let database: TestDatabase;
let hub: TestHub;
let asker: TestPerson;
let officer: TestPerson;
let engineer: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  [asker, officer, engineer] = [
    await hub.signIn('compliance_officer'),
    await hub.signIn('compliance_officer'),
    await hub.signIn('engineer'),
  ];
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

async function ask(): Promise<string> {
  const now = hub.services.now();
  const id = randomUUID();
  await database.db.forTenant(database.tenantId, (tx) =>
    askApproval(tx, {
      tenantId: database.tenantId,
      id,
      kind: 'hold-release',
      subject: { type: 'hold', id: randomUUID() },
      act: 'hold.release',
      requestedBy: { id: asker.userId, name: asker.name },
      summary: 'Releases the hold of matter M-1.',
      facts: { recordings: 12, matter: 'M-1' },
      dueAt: new Date(now.getTime() + 86_400_000),
      now,
      newId: hub.services.newId,
    }),
  );
  return id;
}

const post = (person: TestPerson, path: string, body: object = {}) =>
  person.fetch(`/api/v1/${path}`, { method: 'POST', body });
const waiting = async (person: TestPerson) => (await person.read(list, '/api/v1/approvals/waiting')).items;
const read = (person: TestPerson, id: string) => person.read(approvalDetail, `/api/v1/approvals/${id}`);

describe('approvals over HTTP', () => {
  test('wait for those who may decide, and are decided by one of them', async () => {
    const id = await ask();
    expect((await waiting(officer)).map((each) => each.id)).toContain(id);
    expect((await waiting(asker)).map((each) => each.id)).not.toContain(id);
    expect(await read(asker, id)).toMatchObject({
      own: true,
      mayDecide: false,
      decision: { rule: 'approval/own-request' },
      facts: { recordings: 12, matter: 'M-1' },
    });
    const refused = await readProblem(post(asker, `approvals/${id}/approve`), 403);
    expect(refused.detail).toContain('approval/own-request');
    await post(officer, `approvals/${id}/approve`, { remark: 'Agreed with counsel.' });
    const done = await read(officer, id);
    expect(done).toMatchObject({ state: 'approved', rule: 'approval/own-right', mayDecide: false });
    expect(done.history.map(({ act, actor }) => [act, actor])).toEqual([
      ['approval.asked', asker.name],
      ['access.refused', asker.name],
      ['approval.approved', officer.name],
    ]);
    await readProblem(post(officer, `approvals/${id}/refuse`, { reason: 'Too late' }), 409);
    const all = await officer.read(list, '/api/v1/approvals?open=false');
    expect(all.items.map((each) => each.id)).toContain(id);
  });

  test('are refused with a reason, and withdrawn by who asked', async () => {
    const id = await ask();
    await readProblem(post(officer, `approvals/${id}/refuse`), 400);
    await post(officer, `approvals/${id}/refuse`, { reason: 'The matter is open.' });
    expect(await read(asker, id)).toMatchObject({ state: 'refused', reason: 'The matter is open.' });
    const other = await ask();
    await readProblem(post(officer, `approvals/${other}/withdraw`, { reason: 'Mine?' }), 403);
    await post(asker, `approvals/${other}/withdraw`, { reason: 'A slip' });
    expect(await read(asker, other)).toMatchObject({ state: 'withdrawn' });
  });

  test('are seen by an engineer only while a right to decide is lent to them', async () => {
    const id = await ask();
    await readProblem(engineer.fetch('/api/v1/approvals'), 403);
    await readProblem(engineer.fetch(`/api/v1/approvals/${id}`), 404);
    await readProblem(post(engineer, `approvals/${id}/approve`), 403);
    const untilAt = new Date(Date.now() + 7 * 86_400_000).toISOString();
    const body = { to: engineer.userId, untilAt, reason: 'On leave' };
    const given = await officer.read(delegation, '/api/v1/delegations', { method: 'POST', body });
    expect((await waiting(engineer)).map((each) => each.id)).toContain(id);
    expect((await read(engineer, id)).decision).toEqual({
      rule: 'approval/lent-right',
      onBehalfOf: officer.name,
      unseen: 0,
    });
    expect((await engineer.read(lent, '/api/v1/delegations')).items).toMatchObject([{ given: false }]);
    await post(officer, `delegations/${given.id}/end`);
    await readProblem(post(engineer, `approvals/${id}/approve`), 403);
    await readProblem(post(engineer, 'delegations', body), 403);
  });

  test('of another tenant are not there', async () => {
    const stranger = await hub.signIn('administrator', await database.addTenant());
    const id = await ask();
    await readProblem(stranger.fetch(`/api/v1/approvals/${id}`), 404);
    await readProblem(post(stranger, `approvals/${id}/approve`), 404);
    expect(await waiting(stranger)).toEqual([]);
  });
});
