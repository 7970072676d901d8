import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { advanceApproval } from '../../activities/approvals/advance-approval.ts';
import { applyRoleChange } from '../../activities/people/apply-role-change.ts';
import { advanceMatter } from '../../activities/holds/advance-matter.ts';
import { advanceRequest } from '../../activities/requests/advance-request.ts';
import { askRoleChange } from '../../hub/people/ask-role-change.ts';
import { openRequest } from '../../hub/requests/open-request.ts';
import { readApproval } from '../../recorder-core/records/approvals.ts';
import { askApproval } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readHold } from '../../recorder-core/records/holds.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { readPerson } from '../../recorder-core/records/people.ts';
import { askRelease } from '../../recorder-core/records/release-holds.ts';
import { openRulePacks, type RulePacks } from '../../recorder-core/records/rule-packs.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { readRequest } from '../../recorder-core/records/subject-requests.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import type { TombstoneJournal } from '../../recorder-core/vault/tombstone-journal.ts';
import { agreeTo, placeHoldOn } from '../support/hold-through-api.ts';
import { addRecordingRow } from '../support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';

const DAY_MS = 86_400_000;
const YEARS_MS = 3 * 365 * DAY_MS;
const ids = (at: Date) => newId(at.getTime());
let database: TestDatabase;
let packs: RulePacks;
/** How far the clock of the worker is ahead of the database's. */
let aheadMs = 0;

beforeAll(async () => {
  [database, packs] = await Promise.all([openTestDatabase(), openRulePacks()]);
});
afterAll(() => database.close());

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const actsOf = async (id: string) => (await inTenant((tx) => readLeavesAbout(tx, id))).map(({ act }) => act);
const deps = () => ({ db: database.db, packs, newId: ids, now: () => new Date(Date.now() + aheadMs) });

/** By a clock that is years ahead nothing is done, and it says which clocks are apart; by one that is years behind nothing is due. */
async function expectPatience(act: () => Promise<unknown>, waits: object): Promise<void> {
  aheadMs = YEARS_MS;
  await expect(act()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/clocks .* are \d+ s apart, so no/),
  });
  aheadMs = -YEARS_MS;
  expect(await act()).toMatchObject(waits);
  aheadMs = 0;
  expect(await act()).toMatchObject(waits);
}

test('a leave that is to come is not made by a worker whose clock is ahead, and is by one whose clock is right again', async () => {
  const user = { id: randomUUID(), name: 'Alma Auditor', role: 'auditor' };
  const now = new Date();
  const { id: changeId } = await inTenant(async (tx) => {
    await insertUser(tx, database.tenantId, user);
    const wish = { operation: 'leave', person: { id: user.id }, wanted: {}, reason: null } as const;
    const asking = { tenantId: database.tenantId, now, newId: ids, by: null };
    const effectiveAt = new Date(now.getTime() + DAY_MS);
    return askRoleChange(tx, asking, { ...wish, occurredAt: now, effectiveAt });
  });
  const apply = () => applyRoleChange(deps())({ tenantId: database.tenantId, changeId });
  await expectPatience(apply, { state: 'waiting' });
  expect(await inTenant((tx) => readPerson(tx, user.id))).toMatchObject({ status: 'active' });
  await database.asOwner("update role_change set effective_at = now() - interval '1 second' where id = $1", [
    changeId,
  ]);
  expect(await apply()).toMatchObject({ state: 'applied' });
  expect(await actsOf(user.id)).toEqual(['person.left', 'access.ended']);
});

test('a request neither expires nor reminds by a clock that is ahead', async () => {
  const now = new Date();
  const { id: requestId } = await inTenant(async (tx) =>
    openRequest(tx, { tenantId: database.tenantId, person: null, now, newId: ids }, await packs.current(tx), {
      kind: 'access',
      person: 'Petra Person',
      contact: null,
      places: ['US-CA'],
      identifiers: [{ kind: 'name', value: 'Petra Person', validFrom: null, validUntil: null }],
      source: 'console',
      receivedAt: now,
    }),
  );
  const advance = () => advanceRequest(deps())({ tenantId: database.tenantId, requestId });
  await expectPatience(advance, { state: 'identifying', over: false });
  aheadMs = 40 * DAY_MS; // its clock would remind, and not be over
  await expect(advance()).rejects.toMatchObject({ code: 'unavailable' });
  aheadMs = 0;
  expect(await inTenant((tx) => readRequest(tx, requestId))).toMatchObject({
    state: 'identifying',
    reminders: 0,
  });
  expect(await actsOf(requestId)).toEqual(['request.received']);
});

test('a hold is not released in the past, nor its grace ended in the future', async () => {
  const recordingId = await addRecordingRow(database.db, database.tenantId);
  const journal = { withdraw: () => Promise.resolve() } as unknown as TombstoneJournal;
  const tools = () => ({ ...deps(), journal });
  const holdId = await placeHoldOn(tools(), database.tenantId, [recordingId]);
  const { matterId } = (await inTenant((tx) => readHold(tx, holdId)))!;
  const person = { id: randomUUID(), name: 'Olga Officer', role: 'compliance_officer' };
  const order = {
    tenantId: database.tenantId,
    matterId,
    reason: 'Settled.',
    by: { person },
    now: new Date(),
  };
  const { approvalId } = await inTenant(async (tx) => {
    await insertUser(tx, database.tenantId, person);
    return askRelease(tx, tools(), order);
  });
  await inTenant((tx) => agreeTo(tools(), tx, database.tenantId, approvalId));
  const advance = () => advanceMatter(tools())({ tenantId: database.tenantId, matterId });
  const held = () => inTenant((tx) => readHold(tx, holdId));
  for (const jump of [YEARS_MS, -YEARS_MS]) {
    aheadMs = jump;
    await expect(advance()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await held()).toMatchObject({ releasedAt: null });
  }
  aheadMs = 0;
  const { nextAt } = await advance();
  expect(Date.parse(nextAt!)).toBeGreaterThan(Date.now() + DAY_MS);
  const { releasedAt } = (await held())!;
  expect(Math.abs(Date.parse(releasedAt!) - Date.now())).toBeLessThan(60_000);
  aheadMs = YEARS_MS;
  await expect(advance()).rejects.toMatchObject({ code: 'unavailable' });
  aheadMs = 0;
  expect(await held()).toMatchObject({ releasedAt, endedAt: null });
});

test('a question to a second person does not expire by a clock that is ahead', async () => {
  const id = randomUUID();
  await inTenant((tx) =>
    askApproval(tx, {
      tenantId: database.tenantId,
      id,
      kind: 'hold-release',
      subject: { type: 'release', id: randomUUID() },
      act: 'hold.release',
      requestedBy: null,
      summary: 'Releases a hold.',
      dueAt: new Date(Date.now() + 8 * DAY_MS),
      now: new Date(),
      newId: ids,
    }),
  );
  const advance = () => advanceApproval(deps())({ tenantId: database.tenantId, approvalId: id });
  await expectPatience(advance, { over: false });
  expect(await inTenant((tx) => readApproval(tx, id))).toMatchObject({ state: 'open', level: 0 });
});
