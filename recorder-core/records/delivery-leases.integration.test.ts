/** Leases name what a worker has; rows of deliveries are written when they are queued and when they are settled. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { untilBlocked } from '../../test/support/blocked-sessions.ts';
import { addConnectionRow } from '../../test/support/connection-row.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { emptyQueuePage, endSending, listRemains } from './connection-remains.ts';
import { lockConnection } from './connections.ts';
import type { Tx } from './database.ts';
import {
  claimDeliveries,
  isLongQueue,
  nextDue,
  queueDeliveries,
  type ClaimedDelivery,
  type DueDeliveries,
} from './deliveries.ts';
import { failLeasesOf, giveUpLease, takeOverLeases } from './delivery-leases.ts';
import { listDueQueues } from './delivery-queues.ts';
import { newId } from './ids.ts';
import { listDeliveries } from './list-deliveries.ts';
import { listReachedConnections } from './reached.ts';
import { settleDeliveries, type DeliverySettlement } from './settle-deliveries.ts';

let database: TestDatabase;
let connectionId: string;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  connectionId = await addConnectionRow(database, {
    config: {},
    id: randomUUID(),
    connector: 'sample',
    name: randomUUID(),
  });
});

const NOW = new Date('2026-05-01T12:00:00.000Z');
const UNTIL = new Date('2026-05-01T12:10:00.000Z');
const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const queue = (...ids: string[]) =>
  inTenant((tx) =>
    queueDeliveries(
      tx,
      { tenantId: database.tenantId, now: NOW, newId: (at) => newId(at.getTime()) },
      ids.map((id) => ({
        connectionId,
        operation: 'upsert-recording',
        subject: { type: 'recording', id },
      })),
    ),
  );
const dueAt = (now: Date, limit = 10): DueDeliveries => ({
  connectionId,
  lane: 'live',
  limit,
  now,
  withdrawalsOnly: false,
});
const claim = (
  leaseId: string,
  { now = NOW, limit = 10, holder = randomUUID() as string } = {},
): Promise<ClaimedDelivery[]> =>
  inTenant(async (tx) => {
    await takeOverLeases(tx, connectionId, takeoverAt(now));
    const { tenantId } = database;
    return claimDeliveries(tx, { ...dueAt(now, limit), tenantId, leaseId, holder, leaseUntil: UNTIL });
  });
const settle = (leaseId: string, ...deliveries: ClaimedDelivery[]) =>
  inTenant((tx) =>
    settleDeliveries(
      tx,
      { connectionId, leaseId, now: NOW, batchId: randomUUID() },
      deliveries.map((delivery): DeliverySettlement => ({
        delivery,
        state: 'done',
        dueAt: NOW,
        doubtful: false,
        most: null,
        faults: 0,
        keeps: false,
        withdraws: false,
        connectionVersion: 1,
        error: null,
        receiptId: null,
      })),
    ),
  );
const takeoverAt = (now: Date) => ({ now, parts: 10, waitMs: () => 0 });
const statesOf = async (): Promise<string[]> =>
  (await inTenant((tx) => listDeliveries(tx, { connectionId, limit: 100 })))
    .map(({ state, attempts, doubtful }) => `${state} ${attempts}${doubtful ? ' doubtful' : ''}`)
    .sort();
const leases = () =>
  database.asOwner<{ ids: string[] }>(
    'select delivery_ids as ids from delivery_lease where connection_id = $1',
    [connectionId],
  );

test('a claim writes one row that names what it claims, and leaves the deliveries as they are', async () => {
  const [a, b] = [await addRecordingRow(database.db, database.tenantId), randomUUID()];
  await queue(a, b);
  const versions = () =>
    database.asOwner('select id, xmin from delivery where connection_id = $1 order by id', [connectionId]);
  const before = await versions();
  const claimed = await claim(randomUUID());
  expect(claimed.map(({ subject }) => subject.id).sort()).toEqual([a, b].sort());
  expect(await versions()).toEqual(before);
  expect((await leases()).map(({ ids }) => ids.sort())).toEqual([claimed.map(({ id }) => id).sort()]);
  expect(await inTenant((tx) => listReachedConnections(tx, a))).toEqual([connectionId]);
  expect(await inTenant((tx) => endSending(tx, connectionId, NOW))).toEqual([a, b].sort());
});

test('what somebody has is not claimed, not taken out of the queue and not looked for by the next', async () => {
  await queue(randomUUID(), randomUUID(), randomUUID());
  const lease = randomUUID();
  const first = await claim(lease, { limit: 2 });
  expect(first.length).toBe(2);
  expect(await inTenant((tx) => isLongQueue(tx, dueAt(NOW, 1)))).toBe(false);
  expect((await claim(randomUUID())).length).toBe(1);
  expect(await claim(randomUUID())).toEqual([]);
  expect(await inTenant((tx) => nextDue(tx, dueAt(NOW)))).toEqual(UNTIL);
  expect(await inTenant((tx) => listDueQueues(tx, NOW))).not.toContainEqual({ connectionId, lane: 'live' });
  expect(await inTenant((tx) => emptyQueuePage(tx, connectionId, NOW, 10))).toBe(0);
  await inTenant((tx) => giveUpLease(tx, lease));
  expect(await inTenant((tx) => isLongQueue(tx, dueAt(NOW, 1)))).toBe(true);
  expect(await statesOf()).toEqual(['leased 0', 'queued 0', 'queued 0']);
});

test('whoever has a lease goes on behind all leases of its queue, and what was given back in front goes to whoever has none', async () => {
  const ids = Array.from({ length: 8 }, () => randomUUID());
  for (const id of ids) await queue(id); // queued at one moment, and claimed in the order of their ids
  const order = await database.asOwner<{ subject_id: string }>(
    'select subject_id from delivery where connection_id = $1 order by due_at, id',
    [connectionId],
  );
  const placesOf = (claimed: readonly ClaimedDelivery[]): number[] =>
    claimed.map(({ subject }) => order.findIndex((row) => row.subject_id === subject.id)).sort();
  const holder = randomUUID();
  const [mine, others] = [randomUUID(), randomUUID()];
  expect(placesOf(await claim(mine, { limit: 2, holder }))).toEqual([0, 1]);
  const theirs = await claim(others, { limit: 2 });
  expect(placesOf(theirs)).toEqual([2, 3]);
  await settle(others, theirs[0]!);
  expect(placesOf(await claim(randomUUID(), { limit: 2, holder }))).toEqual([4, 5]);
  await inTenant((tx) => giveUpLease(tx, others));
  expect(placesOf(await claim(randomUUID(), { limit: 3, holder }))).toEqual([6, 7]);
  expect(await claim(randomUUID(), { limit: 3, holder })).toEqual([]);
  expect(placesOf(await claim(randomUUID(), { limit: 3 }))).toHaveLength(1);
  expect(await statesOf()).toEqual([...Array.from({ length: 7 }, () => 'leased 0'), 'done 1'].sort());
});

test('where a lease of the same holder in another lane reaches changes nothing', async () => {
  await queue(randomUUID(), randomUUID());
  await database.asOwner(
    `insert into delivery_lease (tenant_id, id, holder, connection_id, lane, until, delivery_ids, last_due_at, last_id)
     select $1, $2, $2, $3, 'replay', $4, '{}', 'infinity', $2`,
    [database.tenantId, connectionId, connectionId, UNTIL.toISOString()],
  );
  expect(await claim(randomUUID(), { holder: connectionId })).toHaveLength(2);
});

test('two claims at once have nothing in common', async () => {
  await queue(...Array.from({ length: 40 }, () => randomUUID()));
  const claims = await Promise.all(Array.from({ length: 6 }, () => claim(randomUUID(), { limit: 7 })));
  const ids = claims.flat().map(({ id }) => id);
  expect(ids.length).toBe(40);
  expect(new Set(ids).size).toBe(40);
});

test('a lease that ran out is taken over: what it names is doubtful, and its old holder settles nothing of it', async () => {
  await queue(randomUUID());
  const old = randomUUID();
  const [late] = await claim(old);
  const lease = randomUUID();
  const [taken] = await claim(lease, { now: UNTIL });
  expect(taken).toEqual({
    ...late,
    attempt: 2,
    doubtful: true,
    most: 1,
    crashes: 1,
    failedAt: UNTIL.toISOString(),
  });
  expect(await settle(old, late!)).toEqual([]);
  expect(await statesOf()).toEqual(['leased 1 doubtful']);
  expect(await settle(lease, taken!)).toEqual([taken!.id]);
  expect(await statesOf()).toEqual(['done 2']);
  expect(await leases()).toEqual([]);
});

test('what a dead worker held together goes in smaller parts; what it held alone counts it, unless it said that it failed', async () => {
  await queue(...Array.from({ length: 25 }, () => randomUUID()));
  const of = async () => {
    const rows = await database.asOwner<{ most: number | null; crashes: number; count: number }>(
      'select most, crashes, count(*)::int as count from delivery where connection_id = $1 group by 1, 2 order by 1, 2',
      [connectionId],
    );
    return rows.map(({ most, crashes, count }) => `${count} in ${most ?? 'all'}, ${crashes} died`);
  };
  const takeOver = () => inTenant((tx) => takeOverLeases(tx, connectionId, takeoverAt(UNTIL)));
  await claim(randomUUID(), { limit: 25 });
  await takeOver();
  expect(await of()).toEqual(['25 in 3, 0 died']);
  await claim(randomUUID(), { limit: 1 });
  await takeOver();
  expect(await of()).toEqual(['1 in 1, 1 died', '24 in 3, 0 died']);
  const holder = randomUUID();
  await claim(randomUUID(), { limit: 1, holder });
  await inTenant((tx) => failLeasesOf(tx, connectionId, holder));
  await takeOver();
  expect(await of()).toEqual(['1 in 1, 0 died', '1 in 1, 1 died', '23 in 3, 0 died']);
});

test.each(['paused', 'removed'])(
  'what a worker that died had of a connection that is %s by now is looked after once',
  async (state) => {
    await queue(randomUUID());
    await claim(randomUUID());
    await database.asOwner(
      "update connection set state = $2, remains = case when $2 = 'removed' then 'keep' end where id = $1",
      [connectionId, state],
    );
    const due = async (now: Date) =>
      (await inTenant((tx) => listDueQueues(tx, now))).filter((one) => one.connectionId === connectionId);
    expect(await due(NOW)).toEqual([]);
    expect(await due(UNTIL)).toEqual([{ connectionId, lane: 'live' }]);
    await inTenant((tx) => takeOverLeases(tx, connectionId, takeoverAt(UNTIL)));
    expect(await due(UNTIL)).toEqual([]);
    expect(await statesOf()).toEqual(['queued 1 doubtful']);
  },
);

test('what a worker that died may have sent is told to a removal also where nobody has it any more', async () => {
  const { db, tenantId } = database;
  const ids = [await addRecordingRow(db, tenantId), await addRecordingRow(db, tenantId)];
  await queue(...ids);
  await claim(randomUUID());
  const [taken] = await claim(randomUUID(), { now: UNTIL, limit: 1 });
  await queue(randomUUID());
  expect(await statesOf()).toEqual(['leased 1 doubtful', 'queued 0', 'queued 1 doubtful']);
  expect(await inTenant((tx) => endSending(tx, connectionId, NOW))).toEqual([taken?.subject.id]);
  expect(await inTenant((tx) => listRemains(tx, connectionId, null, 10))).toEqual(ids.sort());
});

test('a claim waits for whoever has the connection locked: a removal sees the lease, or the worker the removal', async () => {
  await queue(randomUUID());
  let claiming: Promise<ClaimedDelivery[]> | undefined;
  await inTenant(async (tx) => {
    await lockConnection(tx, connectionId);
    claiming = claim(randomUUID());
    await Promise.race([untilBlocked(database, 1), claiming]);
    expect(await leases()).toEqual([]);
  });
  expect(await claiming).toHaveLength(1);
});

test('what was called off while it was sent by a worker that died may have arrived all the same', async () => {
  const id = await addRecordingRow(database.db, database.tenantId);
  await queue(id);
  await claim(randomUUID());
  await database.asOwner("update delivery set state = 'discarded' where connection_id = $1", [connectionId]);
  expect(await claim(randomUUID(), { now: UNTIL })).toEqual([]);
  expect(await statesOf()).toEqual(['discarded 0 doubtful']);
  expect(await inTenant((tx) => listReachedConnections(tx, id))).toEqual([connectionId]);
});

test('what is asked for while somebody has it is queued once more, and a lease ends with the last of its deliveries', async () => {
  const [changed, other] = [randomUUID(), randomUUID()];
  await queue(changed, other);
  const lease = randomUUID();
  const claimed = await claim(lease);
  await queue(changed);
  const [mine, rest] = [
    claimed.find(({ subject }) => subject.id === changed)!,
    claimed.find(({ subject }) => subject.id === other)!,
  ];
  expect(await settle(lease, mine)).toEqual([]);
  expect((await leases()).map(({ ids }) => ids)).toEqual([[rest.id]]);
  expect(await settle(lease, rest)).toEqual([rest.id]);
  expect(await leases()).toEqual([]);
  expect(await statesOf()).toEqual(['done 1', 'queued 0']);
  expect((await claim(randomUUID())).map(({ id, attempt }) => [id, attempt])).toEqual([[mine.id, 1]]);
});
