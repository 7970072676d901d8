import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applyRoleChange } from '../../activities/people/apply-role-change.ts';
import { settleLeaver } from '../../activities/people/settle-leaver.ts';
import { askRoleChange } from '../../hub/people/ask-role-change.ts';
import { startRoleChange } from '../../hub/worker/start-role-change.ts';
import type { RunningWorkers } from '../../hub/worker/run-workers.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { readPerson } from '../../recorder-core/records/people.ts';
import { searchLeaves } from '../../recorder-core/records/search-leaves.ts';
import { insertSession } from '../../recorder-core/records/sessions.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { HAS_PRODUCTION_SERVER } from '../../test/support/temporal-server.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { fastForward, skipToEnd, workflowClock, workflowTime } from '../../test/support/time-skipping.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { roleChangeWorkflowId } from '../ids.ts';

const DAY_MS = 86_400_000;
const ids = (at: Date) => newId(at.getTime());
const describeHere = HAS_PRODUCTION_SERVER ? describe : describe.skip; // it lasts weeks, which the server skips
let database: TestDatabase;
let temporal: WorkflowTest;
let workers: RunningWorkers;

/** The answer of an activity is lost this often, as when its worker is killed after the commit. */
let lost = 0;
function losing<I, O>(real: (input: I) => Promise<O>): (input: I) => Promise<O> {
  return async (input) => {
    const answer = await real(input);
    if (lost === 0) return answer;
    lost -= 1;
    throw new Error('The worker was killed before it could answer.');
  };
}

beforeAll(async () => {
  [database, temporal] = await Promise.all([openTestDatabase(), openWorkflowTest()]);
  const deps = { db: database.db, now: workflowTime, newId: ids, clockOf: workflowClock };
  const script = new ScriptedActivities({
    applyRoleChange: losing(applyRoleChange(deps)),
    settleLeaver: losing(settleLeaver(deps)),
  });
  workers = await temporal.startWorkers(script.byKind);
}, 300_000);
afterAll(async () => {
  await workers?.stop();
  await temporal.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
const statusOf = async (id: string) => (await inTenant((tx) => readPerson(tx, id)))?.status;

/** An auditor whose leave was asked for; answers who and the run of it. */
async function leaveAsked(effectiveAt?: Date) {
  const user = { id: randomUUID(), name: `Person ${randomUUID()}`, role: 'auditor' };
  const now = new Date();
  const change = await inTenant(async (tx) => {
    await insertUser(tx, database.tenantId, user);
    const wish = {
      operation: 'leave',
      person: { id: user.id },
      wanted: {},
      reason: null,
      occurredAt: now,
    } as const;
    const asking = { tenantId: database.tenantId, now, newId: ids, by: null };
    return askRoleChange(tx, asking, { ...wish, effectiveAt });
  });
  const input = { tenantId: database.tenantId, changeId: change.id };
  await startRoleChange(temporal.client, input);
  await startRoleChange(temporal.client, input);
  return { user, handle: temporal.client.workflow.getHandle(roleChangeWorkflowId(input)) };
}

describeHere('a leave', () => {
  test('of next month waits for its date, and is applied once although its workers die after each step', async () => {
    const { user, handle } = await leaveAsked(new Date(Date.now() + 30 * DAY_MS));
    await fastForward(temporal, handle, 29 * DAY_MS);
    expect(await statusOf(user.id)).toBe('active');
    lost = 2;
    await skipToEnd(temporal, handle);
    expect(await handle.result()).toMatchObject({ state: 'applied', things: 0 });
    expect(lost).toBe(0);
    expect(await statusOf(user.id)).toBe('left');
    const leaves = await inTenant((tx) => searchLeaves(tx, { objectId: user.id, limit: 20 }));
    expect(leaves.map(({ act }) => act).toReversed()).toEqual(['person.left', 'access.ended']);
    await keepHistory(handle, 'role-change-later');
  }, 60_000);

  test('of now ends again what came in between', async () => {
    const { user, handle } = await leaveAsked();
    const at = new Date();
    // As a transaction that began before the leave, and was committed after it.
    await inTenant((tx) =>
      insertSession(tx, database.tenantId, {
        tokenDigest: Buffer.from(randomUUID()),
        userId: user.id,
        now: at.toISOString(),
        expiresAt: new Date(at.getTime() + DAY_MS).toISOString(),
      }),
    );
    await skipToEnd(temporal, handle);
    await handle.result();
    const open = await database.asOwner('select from session where user_id = $1 and ended_at is null', [
      user.id,
    ]);
    expect(open).toEqual([]);
    await keepHistory(handle, 'role-change-leave');
  }, 60_000);
});
