import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { advanceApproval } from '../../activities/approvals/advance-approval.ts';
import type { Role } from '../../recorder-core/policy/access.ts';
import { readApproval, requireApproved } from '../../recorder-core/records/approvals.ts';
import { askApproval, withdrawApprovalsAbout } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { searchLeaves } from '../../recorder-core/records/search-leaves.ts';
import { insertUser, type User } from '../../recorder-core/records/users.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { Asking } from '../identity/asking.ts';
import { decideApproval, withdrawApproval } from './decide-approval.ts';
import { delegate, endDelegation } from './delegate.ts';
import { listWaiting } from './list-waiting.ts';
import { ON_THE_MACHINE } from '../identity/circumstances.ts';

const DAY_MS = 86_400_000;
const ids = (at: Date) => newId(at.getTime());
let database: TestDatabase;
let now: Date;
let people: Record<'asker' | 'officer' | 'admin' | 'auditor', User>;

beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(async () => {
  now = new Date('2026-11-26T12:00:00.000Z');
  const person = async (role: Role) => {
    const user = { id: randomUUID(), name: `Person ${randomUUID()}`, role };
    await inTenant((tx) => insertUser(tx, database.tenantId, user));
    return user;
  };
  people = {
    asker: await person('compliance_officer'),
    officer: await person('compliance_officer'),
    admin: await person('administrator'),
    auditor: await person('auditor'),
  };
});
afterAll(() => database.close());

const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
const as = (person: User): Asking => ({
  db: database.db,
  tenantId: database.tenantId,
  person,
  now,
  newId: ids,
  circumstances: ON_THE_MACHINE,
});
const question = (change: object = {}) => ({
  tenantId: database.tenantId,
  id: randomUUID(),
  kind: 'hold-release' as const,
  subject: { type: 'hold', id: randomUUID() },
  act: 'hold.release' as const,
  requestedBy: people.asker,
  summary: 'Releases the hold of matter M-1.',
  facts: { recordings: 12 },
  dueAt: new Date(now.getTime() + 4 * DAY_MS),
  now,
  newId: ids,
  ...change,
});
async function ask(change: object = {}): Promise<string> {
  const asked = question(change);
  await inTenant((tx) => askApproval(tx, asked));
  return asked.id;
}
const read = (id: string) => inTenant((tx) => readApproval(tx, id));
const approve = (id: string, person: User) =>
  inTenant((tx) => decideApproval(tx, as(person), id, { verb: 'approve', remark: null }));
const waitingIds = async (person: User) =>
  (await inTenant((tx) => listWaiting(tx, as(person)))).map(({ id }) => id);
const endedMessages = (id: string) =>
  database.asOwner<{ payload: { outcome: string } }>(
    "select payload from outbox where topic = 'approval.ended' and payload->>'approvalId' = $1",
    [id],
  );
const actsAbout = async (id: string) =>
  (await inTenant((tx) => searchLeaves(tx, { objectType: 'approval', objectId: id, limit: 50 })))
    .map(({ act }) => act)
    .toReversed();

describe('an approval', () => {
  test('is given by another, once, and told to whoever waits for it', async () => {
    const id = await ask();
    await expect(inTenant((tx) => requireApproved(tx, id))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(approve(id, people.asker)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(approve(id, people.auditor)).rejects.toMatchObject({ code: 'forbidden' });
    await approve(id, people.officer);
    await expect(approve(id, people.admin)).rejects.toMatchObject({ code: 'conflict' });
    expect(await inTenant((tx) => requireApproved(tx, id))).toMatchObject({
      decidedBy: { id: people.officer.id },
      rule: 'approval/own-right',
    });
    expect(await endedMessages(id)).toMatchObject([{ payload: { outcome: 'approved' } }]);
    expect(await actsAbout(id)).toEqual([
      'approval.asked',
      'access.refused',
      'access.refused',
      'approval.approved',
    ]);
  });

  test('of two who decide at once takes the first and refuses the second', async () => {
    const id = await ask();
    const answers = await Promise.allSettled([
      approve(id, people.officer),
      inTenant((tx) => decideApproval(tx, as(people.admin), id, { verb: 'refuse', reason: 'No.' })),
    ]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await endedMessages(id)).toHaveLength(1);
  });

  test('is asked once under its id, and about one thing while it is open', async () => {
    const asked = question();
    await inTenant((tx) => askApproval(tx, asked));
    await inTenant((tx) => askApproval(tx, asked));
    expect(await actsAbout(asked.id)).toEqual(['approval.asked']);
    const again = question({ subject: asked.subject });
    await expect(inTenant((tx) => askApproval(tx, again))).rejects.toMatchObject({ code: 'conflict' });
    await approve(asked.id, people.officer);
    await inTenant((tx) => askApproval(tx, again));
    expect(await read(again.id)).toMatchObject({ state: 'open' });
  });

  test('is of no use for anything else', async () => {
    const id = await ask();
    await approve(id, people.officer);
    const other = { kind: 'hold-release', subjectId: randomUUID() } as const;
    await expect(inTenant((tx) => requireApproved(tx, id, other))).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  test('is withdrawn by who asked only, or by the product when its subject is gone', async () => {
    const id = await ask();
    const withdraw = (person: User) => inTenant((tx) => withdrawApproval(tx, as(person), id, 'A slip'));
    await expect(withdraw(people.officer)).rejects.toMatchObject({ code: 'forbidden' });
    await withdraw(people.asker);
    await expect(withdraw(people.asker)).rejects.toMatchObject({ code: 'conflict' });
    const asked = question();
    await inTenant((tx) => askApproval(tx, asked));
    const about = { kind: asked.kind, subjectId: asked.subject.id };
    const by = { tenantId: database.tenantId, now, newId: ids, reason: 'The hold is gone.' };
    expect(await inTenant((tx) => withdrawApprovalsAbout(tx, about, by))).toBe(1);
    expect(await read(asked.id)).toMatchObject({ state: 'withdrawn', decidedBy: null });
  });

  test('reminds, goes up a level and expires by its own dates, and is too late from then on', async () => {
    const id = await ask();
    const clockOf = () => Promise.resolve(now);
    const advance = advanceApproval({ db: database.db, now: () => now, newId: ids, clockOf });
    const ref = { tenantId: database.tenantId, approvalId: id };
    expect(await waitingIds(people.officer)).toContain(id);
    expect(await waitingIds(people.admin)).not.toContain(id);
    now = new Date(now.getTime() + 2 * DAY_MS);
    await advance(ref);
    expect(await advance(ref)).toMatchObject({ over: false, level: 1 });
    expect(await waitingIds(people.admin)).toContain(id);
    expect(await waitingIds(people.asker)).not.toContain(id);
    now = new Date(now.getTime() + 2 * DAY_MS);
    await expect(approve(id, people.officer)).rejects.toMatchObject({ code: 'gone' });
    expect(await advance(ref)).toMatchObject({ over: true });
    expect(await advance(ref)).toMatchObject({ over: true });
    expect(await read(id)).toMatchObject({ state: 'expired', decidedBy: null });
    expect(await endedMessages(id)).toMatchObject([{ payload: { outcome: 'expired' } }]);
    expect(await actsAbout(id)).toEqual([
      'approval.asked',
      'approval.reminded',
      'approval.escalated',
      'approval.expired',
    ]);
  });
});

describe('a lent right', () => {
  const lend = (from: User, to: User, days = 7) =>
    inTenant((tx) =>
      delegate(tx, as(from), {
        to: to.id,
        from: now,
        until: new Date(now.getTime() + days * DAY_MS),
        reason: 'On leave',
      }),
    );

  test('decides in the name of its giver while it lasts, and stands in the row and the ledger', async () => {
    const lent = await lend(people.officer, people.auditor);
    const id = await ask();
    expect(await waitingIds(people.auditor)).toContain(id);
    await approve(id, people.auditor);
    expect(await read(id)).toMatchObject({
      decidedBy: { id: people.auditor.id },
      onBehalfOf: { id: people.officer.id },
      rule: 'approval/lent-right',
    });
    await inTenant((tx) => endDelegation(tx, as(people.officer), lent.id));
    await expect(approve(await ask(), people.auditor)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('is never that of who asked, nor of use to who asked, nor lent on', async () => {
    await lend(people.asker, people.auditor);
    await lend(people.officer, people.asker);
    const id = await ask();
    await expect(approve(id, people.auditor)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(approve(id, people.asker)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(lend(people.auditor, people.admin)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(lend(people.officer, people.officer)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(lend(people.officer, people.auditor, 91)).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
