import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { advanceApproval } from '../../activities/approvals/advance-approval.ts';
import { endApprovalRun, startApproval } from '../../hub/worker/start-approval.ts';
import { lockApproval, readApproval } from '../../recorder-core/records/approvals.ts';
import { askApproval, endApproval } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { searchLeaves } from '../../recorder-core/records/search-leaves.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { HAS_PRODUCTION_SERVER } from '../../test/support/temporal-server.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { fastForward, skipToEnd, workflowClock, workflowTime } from '../../test/support/time-skipping.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { approvalWorkflowId } from '../ids.ts';
import { statusQuery } from './messages.ts';

const DAY_MS = 86_400_000;
const ids = (at: Date) => newId(at.getTime());
const describeHere = HAS_PRODUCTION_SERVER ? describe : describe.skip; // it lasts days, which the server skips
const officer = { id: randomUUID(), name: 'Olga Officer' };
let database: TestDatabase;
let temporal: WorkflowTest;

beforeAll(async () => {
  [database, temporal] = await Promise.all([openTestDatabase(), openWorkflowTest()]);
  await inTenant((tx) => insertUser(tx, database.tenantId, { ...officer, role: 'compliance_officer' }));
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(async () => {
  await temporal.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
const handleOf = (approvalId: string) =>
  temporal.client.workflow.getHandle(approvalWorkflowId({ approvalId }));

/** Workers with the real activity, whose clock is that of the workflow. */
async function work(): Promise<ScriptedActivities> {
  const real = advanceApproval({ db: database.db, now: workflowTime, newId: ids, clockOf: workflowClock });
  const script = new ScriptedActivities({ advanceApproval: real });
  await temporal.startWorkers(script.byKind);
  return script;
}

/** A question of a week to a second person, with its workflow started twice, as a message told twice does. */
async function ask(): Promise<string> {
  const now = new Date();
  const id = ids(now);
  await inTenant((tx) =>
    askApproval(tx, {
      tenantId: database.tenantId,
      id,
      kind: 'hold-release',
      subject: { type: 'hold', id: randomUUID() },
      act: 'hold.release',
      requestedBy: null,
      summary: 'Releases a hold.',
      dueAt: new Date(now.getTime() + 8 * DAY_MS),
      now,
      newId: ids,
    }),
  );
  await startApproval(temporal.client, { tenantId: database.tenantId, approvalId: id });
  await startApproval(temporal.client, { tenantId: database.tenantId, approvalId: id });
  return id;
}

const leavesOf = async (id: string) =>
  (
    await inTenant((tx) => searchLeaves(tx, { objectType: 'approval', objectId: id, limit: 50 }))
  ).toReversed();

/** As `hub/approvals` does, at a date of the workflow. */
const agree = (id: string, now: Date) =>
  inTenant(async (tx) => {
    const found = await lockApproval(tx, id);
    const ending = { tenantId: database.tenantId, now, newId: ids, by: officer, rule: 'approval/own-right' };
    return endApproval(tx, found!, 'approve', ending);
  });

describeHere('a question to a second person', () => {
  test('that nobody answers reminds, goes up a level and expires, each on its day and once', async () => {
    await work();
    const id = await ask();
    await skipToEnd(temporal, handleOf(id));
    expect(await handleOf(id).result()).toMatchObject({ over: true, level: 1 });
    const leaves = await leavesOf(id);
    const asked = leaves[0]!.at;
    expect(
      leaves.map(({ act, at }) => [act, Math.floor((Date.parse(at) - Date.parse(asked)) / DAY_MS)]),
    ).toEqual([
      ['approval.asked', 0],
      ['approval.reminded', 2],
      ['approval.reminded', 4],
      ['approval.escalated', 4],
      ['approval.reminded', 6],
      ['approval.expired', 8],
    ]);
    expect(await inTenant((tx) => readApproval(tx, id))).toMatchObject({ state: 'expired' });
    await keepHistory(handleOf(id), 'approval-expired');
  }, 60_000);

  test('ends when it is answered, and a word that comes late or twice changes nothing', async () => {
    const script = await work();
    const id = await ask();
    await script.called('advanceApproval');
    await fastForward(temporal, handleOf(id), 3 * DAY_MS);
    expect(await handleOf(id).query(statusQuery)).toMatchObject({ over: false, level: 0 });
    await agree(id, new Date(Date.now() + 3 * DAY_MS));
    await endApprovalRun(temporal.client, { approvalId: id });
    expect(await handleOf(id).result()).toMatchObject({ over: true });
    await endApprovalRun(temporal.client, { approvalId: id });
    await startApproval(temporal.client, { tenantId: database.tenantId, approvalId: id });
    expect((await leavesOf(id)).map(({ act }) => act)).toEqual([
      'approval.asked',
      'approval.reminded',
      'approval.approved',
    ]);
    await keepHistory(handleOf(id), 'approval-answered');
  }, 60_000);

  test('that was answered before its run began, or while no worker ran, ends at the next look', async () => {
    const id = await ask();
    await agree(id, new Date());
    await endApprovalRun(temporal.client, { approvalId: id });
    const script = await work();
    expect(await handleOf(id).result()).toMatchObject({ over: true, nextAt: null });
    expect(script.names.filter((name) => name === 'advanceApproval').length).toBeLessThanOrEqual(2);
    await endApprovalRun(temporal.client, { approvalId: randomUUID() }); // none of this id: nothing to tell
  }, 60_000);
});
