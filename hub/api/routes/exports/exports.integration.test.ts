import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { makeReadyExport, runMaking } from '../../../../test/support/made-export.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { recordCall } from '../../../../test/support/test-recording.ts';
import { lockApproval } from '../../../../recorder-core/records/approvals.ts';
import { endApproval } from '../../../../recorder-core/records/ask-approval.ts';
import type { ApprovalEnded } from '../../../../recorder-core/records/outbox.ts';
import { settleExport } from '../../../exports/settle-export.ts';
import { approvalDetail } from '../../schemas/approval.ts';
import { exportDetail, exportLink, exportSummary, type ExportSummary } from '../../schemas/export.ts';

jest.setTimeout(120_000);

const KEY = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;
let second: TestPerson;
let recordings: string[];

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database); // a second person is needed above two recordings
  officer = await hub.signIn('compliance_officer');
  second = await hub.signIn('compliance_officer');
  recordings = [];
  for (let i = 0; i < 3; i += 1) recordings.push((await recordCall(hub, { ms: 200 })).id);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const wish = (change: object = {}) => ({
  recordingIds: recordings,
  purpose: 'Answer to the regulator',
  matter: 'M-1',
  recipient: 'Erika Expert',
  recipientKey: KEY,
  ...change,
});
const ask = (body: object, person = officer) =>
  person.read(exportSummary, '/api/v1/exports', { method: 'POST', body });
const post = (person: TestPerson, path: string, body: object = {}) =>
  person.fetch(`/api/v1/exports/${path}`, { method: 'POST', body });

/** Acts about an object with their outcome and rules, in the order in which they happened. */
async function leavesAbout(id: string) {
  const rows = await database.asOwner<{ body: Buffer }>(
    `select body from ledger_leaf where object_id = $1 order by at, index`,
    [id],
  );
  return rows.map(
    ({ body }) => JSON.parse(body.toString('utf8')) as { act: string; outcome: string; rules?: string[] },
  );
}

/** So that every leaf has its place in the log, as whoever reads custody does. */
const sequence = () => officer.fetch(`/api/v1/recordings/${recordings[0]}/custody`);

const decide = (person: TestPerson, made: ExportSummary, verb: string, body: object = {}) =>
  person.fetch(`/api/v1/approvals/${made.approvalId ?? ''}/${verb}`, { method: 'POST', body });

/** Does what the worker does once the outbox has told it how the question about an export ended. */
async function settle({ id }: ExportSummary): Promise<void> {
  const told = await database.asOwner<{ payload: ApprovalEnded }>(
    "select payload from outbox where topic = 'approval.ended' and payload->>'subjectId' = $1",
    [id],
  );
  expect(told).toHaveLength(1);
  const { tenantId } = database;
  const context = { now: hub.services.now(), newId: hub.services.newId };
  await settleExport(database.db, { tenantId, ...told[0]!.payload }, context);
}

/** An officer in a group. */
async function named(group: string): Promise<TestPerson> {
  const person = await hub.signIn('compliance_officer');
  await database.asOwner('update app_user set groups = $2 where id = $1', [person.userId, [group]]);
  return person;
}

const read = (person: TestPerson, { id }: ExportSummary) =>
  person.read(exportDetail, `/api/v1/exports/${id}`);

const topicsOf = (id: string) =>
  database
    .asOwner<{ topic: string }>(
      "select topic from outbox where payload->>'exportId' = $1 order by created_at",
      [id],
    )
    .then((rows) => rows.map(({ topic }) => topic));

describe('a request for export', () => {
  test('within the limits is approved by that alone and announced to the worker', async () => {
    const made = await ask(wish({ recordingIds: recordings.slice(0, 2) }));
    expect(made).toMatchObject({
      state: 'approved',
      approvalRule: 'export/within-limit',
      decidedBy: null,
      recordings: 2,
    });
    expect(made.bytes).toBeGreaterThan(1000);
    expect(await topicsOf(made.id)).toEqual(['export.approved']);
  });

  test('above the limits waits for a second person, and nothing is announced', async () => {
    const made = await ask(wish());
    expect(made).toMatchObject({ state: 'requested', approvalRule: 'export/many-recordings', own: true });
    expect(await topicsOf(made.id)).toEqual([]);
    await readProblem(post(officer, `${made.id}/link`), 409);
  });

  test('is not approved by who made it: refused by a rule that is named, and the refusal is in the ledger', async () => {
    const made = await ask(wish());
    const problem = await readProblem(decide(officer, made, 'approve'), 403);
    expect(problem.detail).toContain('approval/own-request');
    await sequence();
    expect(await leavesAbout(made.approvalId!)).toEqual([
      expect.objectContaining({ act: 'approval.asked', outcome: 'waiting' }),
      expect.objectContaining({ act: 'access.refused', rules: ['approval/own-request'] }),
    ]);
  });

  test('is approved by another, once, and made from then on', async () => {
    const made = await ask(wish());
    await decide(second, made, 'approve');
    expect(await read(officer, made)).toMatchObject({ state: 'requested' });
    await settle(made);
    await settle(made); // told twice, done once
    expect(await read(second, made)).toMatchObject({ state: 'approved', decidedBy: second.name });
    await readProblem(decide(second, made, 'approve'), 409);
    expect(await topicsOf(made.id)).toEqual(['export.approved']);
    await runMaking(hub, made.id);
    const ready = await read(second, made);
    expect(ready.key).toEqual({ kind: 'age', recipient: KEY }); // whole, so that it can be compared
    expect(ready).toMatchObject({ state: 'ready', recordingIds: recordings.toSorted(), own: false });
    expect(ready.bundle?.sha256).toMatch(/^[0-9a-f]{64}$/);
    await sequence();
    expect((await leavesAbout(made.id)).map(({ act, rules }) => [act, rules])).toEqual(
      expect.arrayContaining([['export.approved', ['approval/own-right']]]),
    );
  });

  test('is refused by another with a reason, and stays refused', async () => {
    const made = await ask(wish());
    await decide(second, made, 'refuse', { reason: 'Too much' });
    await settle(made);
    const refused = await read(officer, made);
    expect(refused).toMatchObject({ state: 'refused', reason: 'Too much', endedBy: second.name });
    await readProblem(decide(second, made, 'approve'), 409);
  });

  test('is over when whoever made it withdraws the question, or nobody answers it in time', async () => {
    const withdrawn = await ask(wish());
    await decide(officer, withdrawn, 'withdraw', { reason: 'Settled' });
    await settle(withdrawn);
    expect(await read(officer, withdrawn)).toMatchObject({
      state: 'revoked',
      reason: 'Settled',
      endedBy: officer.name,
    });
    const late = await ask(wish());
    const { now, newId } = hub.services;
    await database.db.forTenant(database.tenantId, async (tx) => {
      const question = await lockApproval(tx, late.approvalId!);
      await endApproval(tx, question!, 'expire', { tenantId: database.tenantId, now: now(), newId });
    });
    await settle(late);
    expect(await read(officer, late)).toMatchObject({ state: 'expired', endedBy: null, reason: null });
    expect(await topicsOf(late.id)).toEqual([]);
  });

  test('is over when whoever made it leaves: nobody is there to answer for it', async () => {
    const administrator = await hub.signIn();
    const leaver = await hub.signIn('compliance_officer');
    const made = await ask(wish(), leaver);
    const leave = { operation: 'leave', personId: leaver.userId, reason: 'Notice' };
    const answer = await administrator.fetch('/api/v1/people/changes', { method: 'POST', body: leave });
    expect(answer.ok).toBe(true);
    await settle(made);
    expect(await read(officer, made)).toMatchObject({ state: 'revoked', endedBy: null });
  });

  test('that is revoked takes its question with it, and what was answered before has no effect any more', async () => {
    const made = await ask(wish());
    await post(officer, `${made.id}/revoke`, { reason: 'Settled' });
    await settle(made);
    const question = await officer.read(approvalDetail, `/api/v1/approvals/${made.approvalId!}`);
    expect(question).toMatchObject({ state: 'withdrawn', reason: 'Settled' });
    const other = await ask(wish());
    await decide(second, other, 'approve');
    await post(officer, `${other.id}/revoke`, { reason: 'Settled' });
    await settle(other);
    expect(await read(officer, other)).toMatchObject({ state: 'revoked', decidedBy: null });
  });

  test('is not approved by whoever may not see one of the recordings, who is told how many and why, and may refuse', async () => {
    const walled = await recordCall(hub, { ms: 200 });
    await database.asOwner("update recording set classification = 'hr' where id = $1", [walled.id]);
    const insider = await named('hr');
    const asked = { recordingIds: [...recordings.slice(0, 2), walled.id] };
    const made = await ask(wish(asked), insider);
    const question = `/api/v1/approvals/${made.approvalId!}`;
    expect((await second.read(approvalDetail, question)).decision).toMatchObject({ unseen: 1 });
    const problem = await readProblem(decide(second, made, 'approve'), 403);
    expect(problem.detail).toContain('1 of the 3 recordings');
    expect(problem.detail).toContain('wall/hr');
    expect(await read(officer, made)).toMatchObject({ state: 'requested' });
    await sequence();
    expect(await leavesAbout(made.approvalId!)).toContainEqual(
      expect.objectContaining({ act: 'access.refused', rules: ['approval/unseen-recordings', 'wall/hr'] }),
    );
    const other = await named('hr');
    expect((await other.read(approvalDetail, question)).decision).toMatchObject({ unseen: 0 });
    expect((await decide(other, made, 'approve')).status).toBe(200);
    const refused = await ask(wish(asked), insider);
    expect((await decide(second, refused, 'refuse', { reason: 'Not ours' })).status).toBe(200);
  });

  test('names what is under a hold, or under a matter', async () => {
    const hold = z.object({ id: z.string() });
    const body = { matter: 'Northwind', reason: 'Litigation', recordingIds: recordings.slice(0, 2) };
    const placed = hold.parse(await (await officer.fetch('/api/v1/holds', { method: 'POST', body })).json());
    expect(await ask(wish({ recordingIds: undefined, holdId: placed.id }))).toMatchObject({ recordings: 2 });
    expect(await ask(wish({ recordingIds: undefined, underMatter: 'Northwind' }))).toMatchObject({
      recordings: 2,
    });
    const nothing = { method: 'POST', body: wish({ recordingIds: undefined, underMatter: 'Southwind' }) };
    await readProblem(officer.fetch('/api/v1/exports', nothing), 404);
  });

  test.each([
    ['a key that is none', { recipientKey: 'age1nonsense' }, 400],
    ['a secret key', { recipientKey: `AGE-SECRET-KEY-1${'Q'.repeat(58)}` }, 400],
    ['a recording that is not there', { recordingIds: [randomUUID()] }, 404],
    ['two ways to say what', { underMatter: 'Northwind' }, 400],
    ['more days than are allowed', { days: 31 }, 400],
    ['no purpose', { purpose: ' ' }, 400],
  ])('with %s is refused as a whole', async (_what, change, status) => {
    const before = await database.asOwner('select from export');
    await readProblem(officer.fetch('/api/v1/exports', { method: 'POST', body: wish(change) }), status);
    expect(await database.asOwner('select from export')).toHaveLength(before.length);
  });

  test('is not for auditors, who see the exports, nor for engineers, who do not', async () => {
    const auditor = await hub.signIn('auditor');
    const engineer = await hub.signIn('engineer');
    await readProblem(auditor.fetch('/api/v1/exports', { method: 'POST', body: wish() }), 403);
    const list = await auditor.read(z.object({ items: z.array(exportSummary) }), '/api/v1/exports');
    expect(list.items.length).toBeGreaterThan(3);
    await readProblem(engineer.fetch('/api/v1/exports'), 403);
  });

  test('of another tenant is not seen', async () => {
    const made = await ask(wish());
    const stranger = await hub.signIn('administrator', await database.addTenant());
    await readProblem(stranger.fetch(`/api/v1/exports/${made.id}`), 404);
    await readProblem(decide(stranger, made, 'approve'), 404);
  });
});

describe('a link', () => {
  test('is shown once: neither its token nor its passcode is anywhere in the database', async () => {
    const { link, id } = await makeReadyExport(hub, officer, recordings.slice(0, 1));
    expect(link.passcode).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$/);
    const token = link.url.split('/').at(-1)!;
    for (const { name } of await database.asOwner<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public'",
    )) {
      const found = await database.asOwner(`select 1 from ${name} t where t::text like any ($1)`, [
        [`%${token}%`, `%${link.passcode}%`, `%${link.passcode.replaceAll('-', '')}%`],
      ]);
      expect({ name, found: found.length }).toEqual({ name, found: 0 });
    }
    const detail = await officer.read(exportDetail, `/api/v1/exports/${id}`);
    expect(detail.link).toMatchObject({ wrongPasscodes: 0, locked: false });
  });

  test('asked for again under the same key is another one, and the one before is of no use any more', async () => {
    const { id, path } = await makeReadyExport(hub, officer, recordings.slice(0, 1));
    const request = { method: 'POST', body: {}, headers: { 'Idempotency-Key': 'the-same-key' } };
    const first = await officer.read(exportLink, `/api/v1/exports/${id}/link`, request);
    const next = await officer.read(exportLink, `/api/v1/exports/${id}/link`, request);
    expect(next.url).not.toBe(first.url);
    expect((await hub.fetch(path)).status).toBe(410);
    expect((await hub.fetch(new URL(first.url).pathname)).status).toBe(410);
    expect((await hub.fetch(new URL(next.url).pathname)).status).toBe(200);
  });
});
