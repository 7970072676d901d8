import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { applyRoleChange } from '../../activities/people/apply-role-change.ts';
import { settleLeaver } from '../../activities/people/settle-leaver.ts';
import type { Role } from '../../recorder-core/policy/access.ts';
import { askApproval } from '../../recorder-core/records/ask-approval.ts';
import { readApproval } from '../../recorder-core/records/approvals.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { lockPerson, readPerson } from '../../recorder-core/records/people.ts';
import { readRoleChange } from '../../recorder-core/records/role-changes.ts';
import { setRoleMapping } from '../../recorder-core/records/role-mappings.ts';
import { searchLeaves } from '../../recorder-core/records/search-leaves.ts';
import { insertSignInLink } from '../../recorder-core/records/sessions.ts';
import { insertUser, type User } from '../../recorder-core/records/users.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { openTestSender, type TestSender } from '../../test/support/webhook-connection.ts';
import { delegate } from '../approvals/delegate.ts';
import { makeToken } from '../identity/bearer-token.ts';
import { identify, openSession } from '../identity/sessions.ts';
import { UNKNOWN_CIRCUMSTANCES } from '../identity/circumstances.ts';
import { watchSession } from '../api/watch-session.ts';
import { processEvent } from '../webhooks/process-event.ts';
import { askRoleChange, previewRoleChange, type RoleChangeWish } from './ask-role-change.ts';

jest.setTimeout(60_000);

const DAY_MS = 86_400_000;
const ids = (at: Date) => newId(at.getTime());
let database: TestDatabase;
let hub: TestHub;
let sender: TestSender;
let boss: User;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  sender = await openTestSender(hub, ['person.*']);
  boss = await add('administrator');
  await inTenant(async (tx) => {
    const by = { by: boss.id, at: new Date().toISOString() };
    const legal = { id: randomUUID(), department: 'Legal', job: null, role: 'compliance_officer' };
    await setRoleMapping(tx, database.tenantId, { ...legal, ...by });
  });
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
async function add(role: Role): Promise<User> {
  const user = { id: randomUUID(), name: `Person ${randomUUID()}`, role };
  await inTenant((tx) => insertUser(tx, database.tenantId, user));
  return user;
}
const asking = (now = new Date(), by: User | null = boss) => ({
  tenantId: database.tenantId,
  now,
  newId: ids,
  by,
});
const wish = (
  operation: RoleChangeWish['operation'],
  change: Partial<RoleChangeWish> = {},
): RoleChangeWish => ({
  operation,
  person: undefined,
  wanted: {},
  occurredAt: new Date(),
  reason: null,
  ...change,
});
const change = (asked: RoleChangeWish, now = new Date()) =>
  inTenant((tx) => askRoleChange(tx, asking(now), asked));
const cookieOf = ({ cookie }: TestPerson) => cookie.slice(cookie.indexOf('=') + 1);
const byExternal = (externalId: string) => inTenant((tx) => lockPerson(tx, { externalId }));
const actsAbout = async (objectId: string) =>
  (await inTenant((tx) => searchLeaves(tx, { objectId, limit: 50 }))).map(({ act }) => act).toReversed();

/** Sends an event and has it processed; answers how it ended. */
async function tell(type: string, data: object, occurredAt = new Date()): Promise<string> {
  const response = await sender.send({ type, data, timestamp: occurredAt.toISOString() });
  const { id } = (await response.json()) as { id: string };
  const deps = {
    db: database.db,
    packs: hub.services.packs,
    journal: () => Promise.resolve(hub.services.journal),
    newId: ids,
    now: () => new Date(),
  };
  await processEvent(deps, { tenantId: database.tenantId, eventId: id }).catch(() => undefined);
  const [row] = await database.asOwner<{ state: string }>('select state from inbound_event where id = $1', [
    id,
  ]);
  return row!.state;
}

describe('a leaver', () => {
  test('is out when the leave commits: sessions, links, lent rights, download links and open questions', async () => {
    const person = await hub.signIn('compliance_officer');
    const user = { id: person.userId, name: person.name, role: 'compliance_officer' };
    const link = makeToken(database.tenantId, randomBytes);
    const approvalId = randomUUID();
    await inTenant(async (tx) => {
      const expiresAt = new Date(Date.now() + 60_000).toISOString();
      await insertSignInLink(tx, database.tenantId, { tokenDigest: link.digest, userId: user.id, expiresAt });
      const me = { ...asking(), person: user, db: database.db };
      const until = new Date(Date.now() + 7 * DAY_MS);
      await delegate(tx, me, { to: boss.id, from: new Date(), until, reason: 'Leave' });
      await askApproval(tx, {
        ...asking(),
        id: approvalId,
        kind: 'hold-release',
        subject: { type: 'hold', id: randomUUID() },
        act: 'hold.release',
        requestedBy: user,
        summary: 'Releases a hold.',
        dueAt: until,
      });
    });
    expect((await person.fetch('/api/v1/session')).status).toBe(200);
    const preview = await inTenant((tx) =>
      previewRoleChange(tx, { now: new Date() }, wish('leave', { person: { id: user.id } })),
    );
    expect(preview).toMatchObject({
      outcome: 'applied',
      ends: { sessions: 1, signInLinks: 1, delegations: 1, approvals: 1 },
    });
    const asked = performance.now();
    const left = await change(wish('leave', { person: { id: user.id }, reason: 'Notice' }));
    await readProblem(person.fetch('/api/v1/session'), 401);
    await expect(openSession(database.db, link.text, new Date())).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    expect(performance.now() - asked).toBeLessThan(60_000);
    expect(left.closed).toMatchObject({ sessions: 1, signInLinks: 1, delegations: 1, approvals: 1 });
    expect(await inTenant((tx) => readApproval(tx, approvalId))).toMatchObject({ state: 'withdrawn' });
    expect(await actsAbout(user.id)).toEqual(
      expect.arrayContaining(['session.started', 'person.left', 'access.ended']),
    );
  });

  test('or whoever is suspended hears no more of a playback that runs, and comes back without the old session', async () => {
    const person = await hub.signIn('compliance_officer');
    const session = await identify(database.db, cookieOf(person), new Date(), 'node');
    if (session === undefined) throw new Error('The session is not known.');
    const ended = new Promise<void>((resolve) => {
      const caller = { ...session, circumstances: UNKNOWN_CIRCUMSTANCES };
      const question = { act: 'recording.play', object: { type: 'tenant', id: database.tenantId } } as const;
      const stop = watchSession(hub.services, caller, question, () => {
        stop();
        resolve();
      });
    });
    await change(wish('suspend', { person: { id: person.userId } }));
    await ended; // within two seconds, and in the test's own time limit in any case
    await readProblem(person.fetch('/api/v1/recordings'), 401);
    const settle = settleLeaver({ db: database.db, now: () => new Date() });
    const [{ id }] = (await database.asOwner<{ id: string }>(
      'select id from role_change where user_id = $1',
      [person.userId],
    )) as [{ id: string }];
    expect(await settle({ tenantId: database.tenantId, changeId: id })).toEqual({ clean: true, things: 0 });
    await change(wish('resume', { person: { id: person.userId } }));
    await readProblem(person.fetch('/api/v1/session'), 401); // the old session stays ended
  });

  test('leaves what they looked after to the nearest manager who is there, once', async () => {
    const away = await add('compliance_officer');
    const officer = await add('compliance_officer');
    await change(wish('move', { person: { id: away.id }, wanted: { managerId: boss.id } }));
    await change(wish('move', { person: { id: officer.id }, wanted: { managerId: away.id } }));
    await change(wish('leave', { person: { id: away.id } }));
    const incident = randomUUID();
    await database.asOwner(
      `insert into incident (tenant_id, id, natural_key, kind, severity, title, detector, owner_id, detected_at, opened_at,
                             last_seen_at, evidence_from)
       values ($1, $2, $3, 'other', 'low', 'A small one', 'person', $4, now(), now(), now(), now())`,
      [database.tenantId, incident, incident, officer.id],
    );
    const { id: changeId } = await change(wish('leave', { person: { id: officer.id } }));
    const settle = settleLeaver({ db: database.db, now: () => new Date() });
    expect(await settle({ tenantId: database.tenantId, changeId })).toMatchObject({ things: 1 });
    expect(await settle({ tenantId: database.tenantId, changeId })).toMatchObject({ things: 1 });
    const [row] = await database.asOwner<{ owner_id: string }>(
      'select owner_id from incident where id = $1',
      [incident],
    );
    expect(row?.owner_id).toBe(boss.id);
    expect((await inTenant((tx) => readRoleChange(tx, changeId)))?.handedOver).toMatchObject({
      to: { id: boss.id },
      things: [{ type: 'incident', id: incident }],
    });
    expect((await actsAbout(officer.id)).filter((act) => act === 'duties.transferred')).toHaveLength(1);
  });

  test('who is the last administrator stays, and so do two who remove each other at once', async () => {
    const tenantId = await database.addTenant();
    const [one, two] = [randomUUID(), randomUUID()];
    await database.db.forTenant(tenantId, async (tx) => {
      await insertUser(tx, tenantId, { id: one, name: 'One', role: 'administrator' });
      await insertUser(tx, tenantId, { id: two, name: 'Two', role: 'administrator' });
    });
    const leave = (id: string) =>
      database.db.forTenant(tenantId, (tx) =>
        askRoleChange(
          tx,
          { tenantId, now: new Date(), newId: ids, by: null },
          wish('leave', { person: { id } }),
        ),
      );
    const answers = await Promise.allSettled([leave(one), leave(two)]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'conflict', message: expect.stringContaining('role-change/last-administrator') },
    });
  });
});

describe('events of an HR system', () => {
  test('hire by the mapping of the place, move, and end: each once, in the order in which they happened', async () => {
    const personId = randomUUID();
    const at = (hour: number) => new Date(Date.UTC(2026, 10, 1, hour));
    expect(await tell('person.hired', { personId, name: 'Hanna', department: 'Legal' }, at(1))).toBe('done');
    expect(await byExternal(personId)).toMatchObject({ status: 'active', role: 'compliance_officer' });
    expect(await tell('person.moved', { personId, department: 'Sales' }, at(2))).toBe('done');
    expect(await byExternal(personId)).toMatchObject({ role: 'none', department: 'Sales' });
    expect(await tell('person.left', { personId }, at(4))).toBe('done');
    expect(await tell('person.moved', { personId, department: 'Legal' }, at(3))).toBe('done');
    expect(await byExternal(personId)).toMatchObject({ status: 'left', role: 'none' });
    expect(await tell('person.moved', { personId, department: 'Legal' }, at(5))).toBe('refused');
    expect(await tell('person.hired', { personId, name: 'Hanna', department: 'Legal' }, at(6))).toBe('done');
    expect(await byExternal(personId)).toMatchObject({ status: 'active', role: 'compliance_officer' });
  });

  test('a hire that arrives after the leave hires nobody', async () => {
    const personId = randomUUID();
    const at = (hour: number) => new Date(Date.UTC(2026, 10, 1, hour));
    expect(await tell('person.left', { personId }, at(2))).toBe('done');
    expect(await tell('person.hired', { personId, name: 'Late', department: 'Legal' }, at(1))).toBe('done');
    expect(await byExternal(personId)).toMatchObject({ status: 'left', role: 'none' });
  });

  test('that its sender dates into the future makes nothing that follows old news', async () => {
    const personId = randomUUID();
    const ahead = new Date(Date.now() + 70 * 365 * DAY_MS);
    expect(await tell('person.hired', { personId, name: 'Hugo', department: 'Legal' }, ahead)).toBe('done');
    expect(await byExternal(personId)).toMatchObject({ status: 'active' });
    expect(await tell('person.left', { personId }, new Date())).toBe('done');
    expect(await byExternal(personId)).toMatchObject({ status: 'left' });
  });

  test('what nobody knows is refused and not ignored', async () => {
    expect(await tell('person.moved', { personId: randomUUID(), department: 'Legal' })).toBe('refused');
    const unknown = await sender.send({ type: 'person.promoted', data: { personId: 'x' } });
    expect(unknown.status).toBeGreaterThanOrEqual(400);
    const more = await sender.send({
      type: 'person.hired',
      data: { personId: 'x', name: 'X', role: 'administrator' },
    });
    expect(more.status).toBeGreaterThanOrEqual(400); // a role is ours to give
  });
});

test('a change with a date to come waits for it and is applied once', async () => {
  const user = await add('auditor');
  const effectiveAt = new Date(Date.now() + DAY_MS);
  const asked = await change(wish('leave', { person: { id: user.id }, effectiveAt }));
  expect(asked.state).toBe('waiting');
  let now = new Date();
  const clockOf = () => Promise.resolve(now);
  const apply = applyRoleChange({ db: database.db, now: () => now, newId: ids, clockOf });
  const ref = { tenantId: database.tenantId, changeId: asked.id };
  expect(await apply(ref)).toMatchObject({ state: 'waiting' });
  expect(await inTenant((tx) => readPerson(tx, user.id))).toMatchObject({ status: 'active' });
  now = effectiveAt;
  expect(await apply(ref)).toMatchObject({ state: 'applied', accessEnds: true });
  expect(await apply(ref)).toMatchObject({ state: 'applied', accessEnds: true });
  expect((await actsAbout(user.id)).filter((act) => act === 'person.left')).toHaveLength(1);
});
