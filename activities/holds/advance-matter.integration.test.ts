import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { insertNotice, insertNoticeLink } from '../../recorder-core/records/custodian-notices.ts';
import { readHold } from '../../recorder-core/records/holds.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { addConnectionRow } from '../../test/support/connection-row.ts';
import { placeHoldOn } from '../../test/support/hold-through-api.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { advanceMatter } from './advance-matter.ts';

let database: TestDatabase;
let bench: ActivityBench;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

/** A notice of a new matter that a connection is to send. */
async function noticed(): Promise<{ readonly matterId: string; readonly noticeId: string }> {
  const { db, tenantId } = database;
  const holdId = await placeHoldOn(bench.deps, tenantId, [await bench.retain({ packets: 2 })]);
  const connectionId = await addConnectionRow(database, { connector: 'webhook', config: { accepts: [] } });
  const noticeId = bench.deps.newId(new Date());
  const sentBy = bench.deps.newId(new Date());
  return db.forTenant(tenantId, async (tx) => {
    const { matterId } = (await readHold(tx, holdId))!;
    await insertUser(tx, tenantId, { id: sentBy, name: 'Olga Officer', role: 'compliance_officer' });
    await insertNotice(tx, tenantId, {
      ...{ id: noticeId, matterId, connectionId, sentBy, sentAt: new Date().toISOString() },
      ...{ name: 'Carla Custodian', address: 'carla@example.com', superior: null, superiorAddress: null },
      ...{ instructions: 'Keep everything.', remindDays: 7, mostReminders: 2 },
    });
    return { matterId, noticeId };
  });
}

test('a notice or reminder is asked for again until it was handed over, for the worker that was told of it may have died, and is entered once', async () => {
  const { matterId, noticeId } = await noticed();
  const { db, tenantId } = database;
  const look = async () => {
    const { due } = await advanceMatter(bench.deps)({ tenantId, matterId });
    return due.map(({ step }) => step);
  };
  const handOver = () =>
    db.forTenant(tenantId, (tx) =>
      insertNoticeLink(tx, tenantId, {
        ...{ tokenDigest: randomBytes(32), noticeId, madeAt: new Date().toISOString() },
      }),
    );
  expect([await look(), await look()]).toEqual([['sent'], ['sent']]);
  await handOver();
  expect(await look()).toEqual([]);

  await database.asOwner("update custodian_notice set sent_at = sent_at - interval '8 days' where id = $1", [
    noticeId,
  ]);
  expect([await look(), await look()]).toEqual([['reminded'], ['reminded']]);
  await handOver();
  expect(await look()).toEqual([]);
  const entered = await db.forTenant(tenantId, (tx) => readLeavesAbout(tx, matterId));
  expect(entered.filter(({ act }) => act === 'notice.reminded')).toHaveLength(1);
}, 120_000);
