import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { decideHandover } from '../../../../recorder-core/policy/export-rules.ts';
import { listTenantsToWarn, listTenantsWithDueGrants } from '../../../../recorder-core/records/due-grants.ts';
import { openPool } from '../../../../recorder-core/records/database.ts';
import { insertTotp } from '../../../../recorder-core/records/authenticators.ts';
import { endOverdueGrants } from '../../../../recorder-core/records/end-grants.ts';
import { readLink, replaceLink } from '../../../../recorder-core/records/export-links.ts';
import { insertExport } from '../../../../recorder-core/records/exports.ts';
import { newId } from '../../../../recorder-core/records/ids.ts';
import { actedBy } from '../../../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { readLiveGrants } from '../../../../recorder-core/records/live-grants.ts';
import { insertMatter } from '../../../../recorder-core/records/matters.ts';
import { searchLeaves } from '../../../../recorder-core/records/search-leaves.ts';
import { warnOfEndingGrants } from '../../../../recorder-core/records/warn-of-grants.ts';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { settleGrant } from '../../../grants/settle-grant.ts';
import { settleReview } from '../../../grants/settle-review.ts';
import { approvalSummary } from '../../schemas/approval.ts';
import { grant, grantDetail, grantList, grantReport, type Grant } from '../../schemas/grant.ts';

jest.setTimeout(60_000);

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = new Date('2026-11-27T12:00:00.000Z');
const waitingList = z.object({ items: z.array(approvalSummary) });
let database: TestDatabase;
let hub: TestHub;
let asker: TestPerson;
let officer: TestPerson;
let other: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  hub.setNow(NOW);
  [asker, officer, other] = [
    await hub.signIn('engineer'),
    await hub.signIn('compliance_officer'),
    await hub.signIn('administrator'),
  ];
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const post = (person: TestPerson, path: string, body: object = {}) =>
  person.fetch(`/api/v1/${path}`, { method: 'POST', body });
const wish = (change: object = {}) => ({
  acts: ['recording.read', 'recording.play'],
  purpose: 'complaint',
  scope: { kind: 'recordings', ids: [randomUUID()] },
  untilAt: new Date(NOW.getTime() + HOUR_MS).toISOString(),
  reason: 'Customer 12 complains.',
  ...change,
});
const ask = (person: TestPerson, change: object = {}, path = 'grants') =>
  person.read(grant, `/api/v1/${path}`, { method: 'POST', body: wish(change) });
const read = (person: TestPerson, id: string) => person.read(grantDetail, `/api/v1/grants/${id}`);
const context = (now = hub.services.now()) => ({ now, newId: (at: Date) => newId(at.getTime()) });

/** The open question about a grant. */
async function questionAbout(grantId: string) {
  const { items } = await other.read(waitingList, '/api/v1/approvals?open=true');
  const found = items.find(({ subject }) => subject.id === grantId);
  if (found === undefined) throw new Error('Nothing was asked about this grant.');
  return found;
}

/** What the worker does once it is told how an approval has ended. */
async function settle(grantId: string, settling = settleGrant): Promise<void> {
  const ended = await database.asOwner<{
    payload: { approvalId: string; subjectId: string; outcome: 'approved' };
  }>("select payload from outbox where topic = 'approval.ended' and payload->>'subjectId' = $1 order by id", [
    grantId,
  ]);
  for (const { payload } of ended)
    await settling(database.db, { tenantId: database.tenantId, ...payload }, context());
}
async function give(person: TestPerson = asker, change: object = {}): Promise<Grant> {
  const asked = await ask(person, change);
  const { id } = await questionAbout(asked.id);
  expect((await post(officer, `approvals/${id}/approve`)).status).toBe(200);
  await settle(asked.id);
  return read(person, asked.id);
}
const liveOf = async (person: TestPerson, now = hub.services.now()) =>
  (await database.db.forTenant(database.tenantId, (tx) => readLiveGrants(tx, person.userId, [], now))).map(
    ({ id }) => id.slice('grant/'.length),
  );
const actsAbout = async (id: string) =>
  (
    await database.db.forTenant(database.tenantId, (tx) =>
      searchLeaves(tx, { objectType: 'grant', objectId: id, limit: 50 }),
    )
  )
    .map(({ act }) => act)
    .toReversed();

describe('a grant', () => {
  test('is asked for, agreed to by a second person, and over at its time although nothing ran then', async () => {
    const asked = await ask(asker);
    expect(asked).toMatchObject({ state: 'requested', phase: 'waiting', own: true, uses: 0 });
    expect(await liveOf(asker)).toEqual([]);
    const { id } = await questionAbout(asked.id);
    await post(officer, `approvals/${id}/approve`);
    await settle(asked.id);
    await settle(asked.id);
    expect(await read(asker, asked.id)).toMatchObject({
      state: 'granted',
      phase: 'live',
      decidedBy: officer.name,
    });
    expect(await liveOf(asker)).toContain(asked.id);
    const dispatcher = openPool(database.dispatcherUrl, 1);
    const warn = () =>
      database.db.forTenant(database.tenantId, (tx) =>
        warnOfEndingGrants(tx, { tenantId: database.tenantId, ...context() }),
      );
    expect(await warn()).toBe(0);
    hub.setNow(new Date(Date.parse(asked.untilAt) - HOUR_MS / 4));
    expect(await listTenantsToWarn(dispatcher, hub.services.now())).toEqual([database.tenantId]);
    expect([await warn(), await warn()]).toEqual([1, 0]);
    expect(await listTenantsToWarn(dispatcher, hub.services.now())).toEqual([]);
    expect(await read(asker, asked.id)).toMatchObject({ endsSoon: true, warnedAt: expect.any(String) });
    hub.setNow(new Date(Date.parse(asked.untilAt) - 1));
    expect(await liveOf(asker)).toContain(asked.id);
    hub.setNow(new Date(asked.untilAt));
    expect(await liveOf(asker)).not.toContain(asked.id);
    expect(await read(asker, asked.id)).toMatchObject({ state: 'granted', phase: 'over' });
    expect(await listTenantsWithDueGrants(dispatcher, hub.services.now())).toEqual([database.tenantId]);
    const sweep = () =>
      database.db.forTenant(database.tenantId, (tx) =>
        endOverdueGrants(tx, { tenantId: database.tenantId, ...context() }),
      );
    expect([await sweep(), await sweep()]).toEqual([1, 0]);
    await dispatcher.end();
    expect(await actsAbout(asked.id)).toEqual(['grant.asked', 'grant.given', 'grant.warned', 'grant.ended']);
    hub.setNow(NOW);
  });

  test('is agreed to by none who asked, whom it is for, or who is in a group that it is for', async () => {
    const own = await ask(officer);
    await readProblem(post(officer, `approvals/${(await questionAbout(own.id)).id}/approve`), 403);
    const forOther = await ask(officer, { to: { person: other.userId } }, 'grants/for');
    const question = await questionAbout(forOther.id);
    expect((await readProblem(post(other, `approvals/${question.id}/approve`), 403)).detail).toContain(
      'approval/own-benefit',
    );
    await readProblem(post(officer, `approvals/${question.id}/approve`), 403);
    await database.asOwner("update app_user set groups = '{Board}' where id = $1", [other.userId]);
    const toGroup = await ask(officer, { to: { group: 'Board' } }, 'grants/for');
    const { id } = await questionAbout(toGroup.id);
    await readProblem(post(other, `approvals/${id}/approve`), 403);
    expect((await other.read(grantList, '/api/v1/grants/mine')).items.map((each) => each.id)).toContain(
      toGroup.id,
    );
    await database.asOwner("update app_user set groups = '{}' where id = $1", [other.userId]);
  });

  test('for somebody else is asked for by those only who manage grants', async () => {
    await readProblem(post(asker, 'grants/for', wish({ to: { person: other.userId } })), 403);
    await readProblem(post(officer, 'grants/for', wish({ to: { person: 'Nobody' } })), 404);
  });

  test('is refused where its time is wrong, or what it names is no word, act or thing', async () => {
    const late = (ms: number) => new Date(NOW.getTime() + ms).toISOString();
    const refused = async (change: object, status = 400) =>
      (await readProblem(post(asker, 'grants', wish(change)), status)).field;
    expect(await refused({ untilAt: late(30 * DAY_MS + 1) })).toBe('/body/untilAt');
    expect(await refused({ untilAt: late(0) })).toBe('/body/untilAt');
    expect(await refused({ fromAt: late(91 * DAY_MS), untilAt: late(92 * DAY_MS) })).toBe('/body/fromAt');
    await refused({ acts: ['hold.release'] });
    await refused({ acts: [] });
    await refused({ purpose: 'Any words' });
    await refused({ scope: { kind: 'all' } });
    await refused({ scope: { kind: 'query', query: {} } });
    await refused({ scope: { kind: 'matter', id: randomUUID() } }, 404);
    await refused({ scope: { kind: 'export', id: randomUUID() } }, 404);
  });

  test('names a matter by its id alone, and not one whose name looks like an id', async () => {
    const [id, name] = [newId(NOW.getTime()), randomUUID()];
    const matter = { id, name, externalId: null, connectionId: null, tags: [], reviewAt: null };
    await database.db.forTenant(database.tenantId, (tx) =>
      insertMatter(tx, database.tenantId, { ...matter, openedBy: null, openedAt: NOW.toISOString() }),
    );
    const wanted = wish({ scope: { kind: 'matter', id: name } });
    expect(await readProblem(post(asker, 'grants', wanted), 404)).toMatchObject({ field: '/body/scope/id' });
    await readProblem(officer.fetch(`/api/v1/matters/${name}`), 404);
    expect(await ask(asker, { scope: { kind: 'matter', id } })).toMatchObject({
      scope: { kind: 'matter', id },
    });
  });

  test('is given back by who has it and revoked by who manages, and over with the commit', async () => {
    const given = await give();
    await readProblem(post(await hub.signIn('auditor'), `grants/${given.id}/revoke`, { reason: 'No.' }), 403);
    await post(asker, `grants/${given.id}/revoke`, { reason: 'Done.' });
    expect(await liveOf(asker)).not.toContain(given.id);
    expect(await read(officer, given.id)).toMatchObject({ state: 'revoked', endReason: 'Done.' });
    await readProblem(post(officer, `grants/${given.id}/revoke`, { reason: 'Again.' }), 409);
    const waiting = await ask(asker);
    await post(asker, `grants/${waiting.id}/revoke`, { reason: 'A slip.' });
    await expect(questionAbout(waiting.id)).rejects.toThrow('Nothing was asked');
    await settle(waiting.id);
    expect(await read(asker, waiting.id)).toMatchObject({ state: 'withdrawn' });
  });

  test('is read by who has it and by readers of grants, and in the reports of these', async () => {
    const given = await give();
    await readProblem((await hub.signIn('engineer')).fetch(`/api/v1/grants/${given.id}`), 403);
    await readProblem(asker.fetch('/api/v1/grants'), 403);
    const report = () => officer.read(grantReport, '/api/v1/grants/report');
    const ids = (items: readonly Grant[]) => items.map(({ id }) => id);
    expect(ids((await report()).live)).toContain(given.id);
    expect(ids((await report()).endingSoon)).toContain(given.id);
    const long = await give(asker, { untilAt: new Date(NOW.getTime() + 20 * DAY_MS).toISOString() });
    expect(ids((await report()).endingSoon)).not.toContain(long.id);
    expect(ids((await report()).unused)).not.toContain(long.id);
    hub.setNow(new Date(NOW.getTime() + 2 * DAY_MS));
    const late = await hub.signIn('auditor');
    expect(ids((await late.read(grantReport, '/api/v1/grants/report')).unused)).toContain(long.id);
    hub.setNow(NOW);
    const stranger = await hub.signIn('administrator', await database.addTenant());
    await readProblem(stranger.fetch(`/api/v1/grants/${given.id}`), 404);
    await readProblem(post(stranger, `grants/${given.id}/revoke`, { reason: 'Mine.' }), 404);
  });

  test('ends with the commit by which its person is suspended, and does not come back with them', async () => {
    const person = await hub.signIn('engineer');
    const [given, waiting] = [await give(person), await ask(person)];
    const change = (operation: string) =>
      post(other, 'people/changes', { operation, personId: person.userId, reason: 'Leave of absence' });
    expect((await change('suspend')).status).toBe(201);
    expect(await liveOf(person)).toEqual([]);
    expect((await change('resume')).status).toBe(201);
    expect(await liveOf(person)).toEqual([]);
    await settle(waiting.id);
    for (const id of [given.id, waiting.id])
      expect(await read(officer, id)).toMatchObject({ state: 'revoked' });
    expect(await actsAbout(given.id)).toEqual(['grant.asked', 'grant.given', 'grant.revoked']);
  });
});

describe('what a grant opens', () => {
  test('is that recording, until its last millisecond, and each access is counted and listed', async () => {
    const region = hub.services.region ?? 'eu-central';
    const recording = await addRecordingRow(database.db, database.tenantId, { region });
    const path = `/api/v1/recordings/${recording}`;
    await readProblem(asker.fetch(path), 403);
    const given = await give(asker, { scope: { kind: 'recordings', ids: [recording] } });
    expect((await asker.fetch(path)).status).toBe(200);
    expect((await asker.fetch(path, { headers: { 'X-Holdfast-Purpose': 'audit' } })).status).toBe(403);
    expect(await read(asker, given.id)).toMatchObject({
      uses: 1,
      touched: [{ act: 'recording.inspected', object: { id: recording }, byThis: true }],
    });
    hub.setNow(new Date(Date.parse(given.untilAt) - 1));
    expect((await asker.fetch(path)).status).toBe(200);
    hub.setNow(new Date(given.untilAt));
    await readProblem(asker.fetch(path), 403);
    hub.setNow(NOW);
    await post(asker, `grants/${given.id}/revoke`, { reason: 'Done.' });
    await readProblem(asker.fetch(path), 403);
  });

  test('is also what a query reaches, what is captured later included', async () => {
    const region = hub.services.region ?? 'eu-central';
    const given = await give(asker, { scope: { kind: 'query', query: { callIds: ['call-77'] } } });
    const reached = await addRecordingRow(database.db, database.tenantId, { region, callId: 'call-77' });
    const other = await addRecordingRow(database.db, database.tenantId, { region, callId: 'call-78' });
    expect((await asker.fetch(`/api/v1/recordings/${reached}`)).status).toBe(200);
    await readProblem(asker.fetch(`/api/v1/recordings/${other}`), 403);
    expect((await read(asker, given.id)).touched).toHaveLength(1);
  });

  test('ends with it where it was handed on: the link of an export', async () => {
    const recording = await addRecordingRow(database.db, database.tenantId);
    const given = await give(asker, { scope: { kind: 'recordings', ids: [recording] } });
    const [exportId, linkId] = [randomUUID(), randomUUID()];
    const expiresAt = new Date(NOW.getTime() + 9 * DAY_MS).toISOString();
    const made = { id: exportId, purpose: 'Court', matter: null, recipient: 'Court', recipientKey: 'age1x' };
    const asked = { requestedBy: asker.userId, requestedAt: NOW.toISOString(), expiresAt };
    const handover = (atMs: number) =>
      database.db.forTenant(database.tenantId, async (tx) =>
        decideHandover((await readLink(tx, { id: linkId }))!.handover, atMs),
      );
    await database.db.forTenant(database.tenantId, async (tx) => {
      const rest = {
        recordings: 1,
        bytes: 1,
        recordingIds: [recording],
        approvalRule: 'export/within-limit',
      };
      await insertExport(tx, database.tenantId, { ...made, ...asked, ...rest, grantId: given.id });
      const link = { id: linkId, exportId, tokenDigest: Buffer.alloc(32, 9), passcodeHash: 'x' };
      const by = { createdBy: officer.userId, createdAt: NOW.toISOString(), expiresAt };
      await replaceLink(tx, database.tenantId, { ...link, ...by });
    });
    await database.asOwner(
      "update export set state = 'ready', object_key = 'k', size = 1, sha256 = $2 where id = $1",
      [exportId, Buffer.alloc(32)],
    );
    const until = Date.parse(given.untilAt);
    expect([await handover(until - 1), await handover(until)]).toEqual(['open', 'expired']);
    await post(asker, `grants/${given.id}/revoke`, { reason: 'Done.' });
    expect(await handover(NOW.getTime())).toBe('revoked');
  });
});

describe('an emergency right', () => {
  const emergency = { ticket: 'INC-1042', reason: 'Threat to life', minutes: 30 };
  const breakIt = (person: TestPerson, change: object = {}) =>
    person.read(grant, '/api/v1/break-glass', { method: 'POST', body: { ...emergency, ...change } });

  test('is there at once, once, with an alert, and ends within the hour', async () => {
    const person = await hub.signIn('supervisor');
    await readProblem(post(person, 'break-glass', { ...emergency, minutes: 61 }), 400);
    await readProblem(post(person, 'break-glass', { ...emergency, ticket: '' }), 400);
    const taken = await breakIt(person);
    expect(taken).toMatchObject({ kind: 'break-glass', phase: 'live', ticket: 'INC-1042', review: 'open' });
    expect(await liveOf(person)).toEqual([taken.id]);
    const [incident] = await database.asOwner('select kind, severity, state from incident where id = $1', [
      taken.incidentId,
    ]);
    expect(incident).toEqual({ kind: 'access', severity: 'high', state: 'open' });
    await readProblem(post(person, 'break-glass', emergency), 409);
    hub.setNow(new Date(taken.untilAt));
    expect(await liveOf(person)).toEqual([]);
    const again = await breakIt(person);
    expect(await liveOf(person)).toEqual([again.id]);
    expect(await read(person, taken.id)).toMatchObject({ state: 'ended' });
    hub.setNow(NOW);
  });

  test('asks whoever has an authenticator for a fresh proof first, and gives nothing before', async () => {
    const person = await hub.signIn('engineer');
    await database.db.forTenant(database.tenantId, (tx) =>
      insertTotp(tx, database.tenantId, {
        id: randomUUID(),
        userId: person.userId,
        name: 'Telephone',
        sealed: Buffer.alloc(40),
        lastStep: 1,
        now: NOW.toISOString(),
      }),
    );
    await database.asOwner('update session set stepped_up_at = null where user_id = $1', [person.userId]);
    const refused = await post(person, 'break-glass', emergency);
    expect((await readProblem(refused, 401)).code).toBe('step_up_required');
    expect(await liveOf(person)).toEqual([]);
    await database.asOwner('update session set stepped_up_at = $2 where user_id = $1', [person.userId, NOW]);
    expect((await breakIt(person)).phase).toBe('live');
  });

  test('shows its reviewer all that its person did meanwhile, and is not reviewed by them', async () => {
    const taken = await breakIt(officer);
    const touch = (at: Date, id: string, rules: string[]) =>
      database.db.forTenant(database.tenantId, (tx) =>
        appendLeaf(
          tx,
          database.tenantId,
          { at, act: 'recording.played', object: { type: 'recording', id }, outcome: 'allowed', rules },
          actedBy({ id: officer.userId, name: officer.name }),
        ),
      );
    const [first, second] = [randomUUID(), randomUUID()];
    await touch(NOW, first, [`grant/${taken.id}`]);
    await touch(NOW, second, ['access/compliance_officer/recording.play']);
    await touch(new Date(NOW.getTime() - 1), randomUUID(), []);
    const played = (await read(other, taken.id)).touched.filter(({ act }) => act === 'recording.played');
    expect(played.map(({ object, byThis }) => [object.id, byThis])).toEqual([
      [second, false],
      [first, true],
    ]);
    const { id } = await questionAbout(taken.id);
    await readProblem(post(officer, `approvals/${id}/approve`), 403);
    await readProblem(post(officer, `approvals/${id}/withdraw`, { reason: 'Mine' }), 403);
    await post(other, `approvals/${id}/approve`);
    await settle(taken.id, settleReview);
    await settle(taken.id, settleReview);
    expect(await read(other, taken.id)).toMatchObject({ state: 'revoked', review: 'approved' });
    expect(await actsAbout(taken.id)).toEqual(['glass.broken', 'grant.revoked', 'glass.reviewed']);
  });

  test('that was wrong, or that nobody looked at, is told again, and asked about until somebody does', async () => {
    const person = await hub.signIn('engineer');
    const taken = await breakIt(person);
    const question = await questionAbout(taken.id);
    await database.asOwner("update approval set state = 'expired', ended_at = due_at where id = $1", [
      question.id,
    ]);
    const ended = { approvalId: question.id, subjectId: taken.id, outcome: 'expired' } as const;
    await settleReview(database.db, { tenantId: database.tenantId, ...ended }, context());
    const again = await questionAbout(taken.id);
    expect(again).toMatchObject({ kind: 'break-glass-review', facts: { askedBefore: 1 }, requestedBy: null });
    await post(officer, `approvals/${again.id}/refuse`, { reason: 'No ticket of this number.' });
    await settle(taken.id, settleReview);
    const [incident] = await database.asOwner('select severity, occurrences from incident where id = $1', [
      taken.incidentId,
    ]);
    expect(incident).toEqual({ severity: 'critical', occurrences: 3 });
    expect(await read(officer, taken.id)).toMatchObject({ review: 'refused' });
  });
});
