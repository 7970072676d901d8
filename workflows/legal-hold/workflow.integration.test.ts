import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { tellLegalHold } from '../../hub/worker/start-legal-hold.ts';
import { advanceMatter } from '../../activities/holds/advance-matter.ts';
import type { NoticeRef } from '../../activities/compliance-contract.ts';
import {
  insertNotice,
  insertNoticeLink,
  listNotices,
} from '../../recorder-core/records/custodian-notices.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readHold } from '../../recorder-core/records/holds.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { findMatter } from '../../recorder-core/records/matters.ts';
import { askRelease } from '../../recorder-core/records/release-holds.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { openRulePacks } from '../../recorder-core/records/rule-packs.ts';
import { agreeTo, placeHoldOn } from '../../test/support/hold-through-api.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { HAS_PRODUCTION_SERVER } from '../../test/support/temporal-server.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { fastForward, skipToEnd, workflowClock, workflowTime } from '../../test/support/time-skipping.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { matterWorkflowId } from '../ids.ts';

const DAY_MS = 86_400_000;
const ids = (at: Date) => newId(at.getTime());
const describeHere = HAS_PRODUCTION_SERVER ? describe : describe.skip; // it lasts months, which the server skips
let database: TestDatabase;
let temporal: WorkflowTest;
let real: Parameters<typeof advanceMatter>[0];

beforeAll(async () => {
  [database, temporal] = await Promise.all([openTestDatabase(), openWorkflowTest()]);
  const journal = { withdraw: () => Promise.resolve() } as never;
  real = {
    ...{ db: database.db, now: workflowTime, clockOf: workflowClock, newId: ids, journal },
    packs: await openRulePacks(),
  };
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(async () => {
  await temporal.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);

/** Hands a notice over as the real one does, as far as the rows show it. */
async function sendNotice({ noticeId }: NoticeRef): Promise<{ outcome: 'done' }> {
  const link = { tokenDigest: randomBytes(32), noticeId, madeAt: workflowTime().toISOString() };
  await inTenant((tx) => insertNoticeLink(tx, database.tenantId, link));
  return { outcome: 'done' };
}

describeHere('the run of a matter', () => {
  test('reminds, escalates, grants what a second person agreed to, and ends with the grace, over months', async () => {
    const script = new ScriptedActivities({ advanceMatter: advanceMatter(real), sendNotice });
    await temporal.startWorkers(script.byKind);
    const now = new Date();
    const recordingId = await addRecordingRow(database.db, database.tenantId);
    const tools = { ...real, now: () => now };
    const holdId = await placeHoldOn(tools, database.tenantId, [recordingId], null, `Matter ${randomUUID()}`);
    const { matterId } = (await inTenant((tx) => readHold(tx, holdId)))!;
    const ref = { tenantId: database.tenantId, matterId };
    await inTenant((tx) =>
      insertNotice(tx, database.tenantId, {
        id: ids(now),
        matterId,
        name: 'Carla Custodian',
        address: 'carla@example.com',
        superior: 'Stella Superior',
        superiorAddress: null,
        instructions: 'Keep everything.',
        connectionId: randomUUID(),
        remindDays: 7,
        mostReminders: 2,
        sentBy: randomUUID(),
        sentAt: now.toISOString(),
      }),
    );
    await tellLegalHold(temporal.client, ref);
    await tellLegalHold(temporal.client, ref); // a message told twice
    const handle = temporal.client.workflow.getHandle(matterWorkflowId(ref));
    await script.called('sendNotice');
    await fastForward(temporal, handle, 22 * DAY_MS);
    await script.called('sendNotice', 4);
    const steps = script.calls
      .filter(({ name }) => name === 'sendNotice')
      .map(({ input }) => (input as { step: string }).step);
    expect(steps).toEqual(['sent', 'reminded', 'reminded', 'escalated']);
    expect(await inTenant((tx) => listNotices(tx, matterId))).toMatchObject([{ reminders: 2 }]);

    const olga = { id: randomUUID(), name: 'Olga' };
    const { approvalId } = await inTenant(async (tx) => {
      await insertUser(tx, database.tenantId, { ...olga, role: 'compliance_officer' });
      const order = { ...ref, reason: 'Settled.', by: { person: olga }, now };
      return askRelease(tx, tools, order);
    });
    await inTenant((tx) => agreeTo(tools, tx, database.tenantId, approvalId));
    await tellLegalHold(temporal.client, ref);
    await skipToEnd(temporal, handle);
    expect(await handle.result()).toMatchObject({ over: true, sent: 4, failed: 0 });
    expect(await inTenant((tx) => findMatter(tx, matterId))).toMatchObject({
      state: 'closed',
      activeHolds: 0,
    });
    await keepHistory(handle, 'legal-hold-to-its-end');
  }, 120_000);
});
