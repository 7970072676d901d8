/** What was simply done is settled by one plain statement, to the same end as by the one that looks at each. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { addConnectionRow } from '../../test/support/connection-row.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { Tx } from './database.ts';
import { claimDeliveries, queueDeliveries, type ClaimedDelivery } from './deliveries.ts';
import { newId } from './ids.ts';
import { settleDeliveries, type DeliverySettlement } from './settle-deliveries.ts';

let database: TestDatabase;
let connectionId: string;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  const id = randomUUID();
  connectionId = await addConnectionRow(database, { config: {}, id, connector: 'sample', name: id });
});

const NOW = new Date('2026-05-01T12:00:00.000Z');
const UNTIL = new Date('2026-05-01T12:10:00.000Z');
const BATCH = randomUUID();
const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const queue = (...ids: string[]) =>
  inTenant((tx) =>
    queueDeliveries(
      tx,
      { tenantId: database.tenantId, now: NOW, newId: (at) => newId(at.getTime()) },
      ids.map((id) => ({ connectionId, operation: 'upsert-recording', subject: { type: 'recording', id } })),
    ),
  );

/** Queued in the order given, and claimed under `leaseId`; given in that order too. */
async function claimed(leaseId: string, subjects: readonly string[]): Promise<ClaimedDelivery[]> {
  const { tenantId } = database;
  const due = { connectionId, lane: 'live', limit: 100, now: NOW, withdrawalsOnly: false } as const;
  const all = await inTenant((tx) =>
    claimDeliveries(tx, { ...due, tenantId, leaseId, holder: randomUUID(), leaseUntil: UNTIL }),
  );
  return subjects.map((id) => all.find(({ subject }) => subject.id === id)!);
}

function doneOf(delivery: ClaimedDelivery, receiptId: string | null = randomUUID()): DeliverySettlement {
  return {
    delivery,
    state: 'done',
    dueAt: NOW,
    doubtful: false,
    most: null,
    faults: 0,
    keeps: false,
    withdraws: false,
    connectionVersion: 3,
    error: null,
    receiptId,
  };
}

const settle = (leaseId: string, settlements: readonly DeliverySettlement[]) =>
  inTenant((tx) => settleDeliveries(tx, { connectionId, leaseId, now: NOW, batchId: BATCH }, settlements));
const rows = (subjects: readonly string[]) =>
  database.asOwner<Record<string, unknown>>(
    `select to_jsonb(d) - '{id,subject_id,receipt_id,asked}'::text[] as row, d.receipt_id
       from delivery d where connection_id = $1 order by array_position($2::uuid[], subject_id)`,
    [connectionId, subjects],
  );

test('what was simply done stands as if it had been looked at alone, whatever became of it before', async () => {
  const subjects = [randomUUID(), randomUUID(), randomUUID()];
  await queue(...subjects);
  await database.asOwner(
    `update delivery set attempts = 2, doubtful = true, most = 7, faults = 3, crashes = 2, withdraws = true, corrections = '{"a":1}',
            first_failed_at = now(), failed_at = now(), error_class = 'transient', error_code = '1', error_title = 't',
            error_field = 'f', error_fix = 'x', fingerprint = 'p', receipt_id = gen_random_uuid() where connection_id = $1`,
    [connectionId],
  );
  const lease = randomUUID();
  const [a, b, c] = await claimed(lease, subjects);
  // The last has no receipt of its own and keeps the one that it had: it is not plain.
  const settlements = [doneOf(a!), doneOf(b!), doneOf(c!, null)];
  expect((await settle(lease, settlements)).toSorted()).toEqual([a!.id, b!.id, c!.id].toSorted());
  const [first, second, third] = await rows(subjects);
  expect(first!['row']).toEqual(third!['row']);
  expect(second!['row']).toEqual(third!['row']);
  expect(first!['row']).toMatchObject({ state: 'done', attempts: 3, connection_version: 3, batch_id: BATCH });
  expect(first!['row']).toMatchObject({ doubtful: false, corrections: null, first_failed_at: null });
  expect(first!['receipt_id']).toBe(settlements[0]!.receiptId);
  expect(second!['receipt_id']).toBe(settlements[1]!.receiptId);
  expect(third!['receipt_id']).not.toBeNull();
  expect(await database.asOwner('select from delivery_lease where id = $1', [lease])).toEqual([]);
});

test('of a batch that was done, what was asked for once more, called off or failed goes its own way', async () => {
  const subjects = Array.from({ length: 5 }, () => randomUUID());
  await queue(...subjects);
  const lease = randomUUID();
  const [failed, done, again, off, other] = await claimed(lease, subjects);
  await queue(again!.subject.id);
  await database.asOwner("update delivery set state = 'discarded' where subject_id = $1", [off!.subject.id]);
  const error = {
    class: 'transient',
    code: null,
    title: 'Away.',
    fix: 'Wait.',
    field: null,
    fingerprint: 'p',
  };
  const taken = await settle(lease, [
    { ...doneOf(failed!), state: 'queued', dueAt: UNTIL, error, receiptId: null },
    doneOf(done!),
    doneOf(again!),
    doneOf(off!),
    { ...doneOf(other!), connectionVersion: 4 },
  ]);
  expect(taken.toSorted()).toEqual([done!.id, other!.id].toSorted());
  const found = (await rows(subjects)).map(({ row }) => {
    const { state, attempts, batch_id: batch, connection_version: version } = row as Record<string, unknown>;
    return [state, attempts, batch, version];
  });
  expect(found).toEqual([
    ['queued', 1, null, 3],
    ['done', 1, BATCH, 3],
    ['queued', 0, null, null],
    ['discarded', 0, null, null],
    ['done', 1, BATCH, 4],
  ]);
});

test('nothing is settled under a lease that another worker has taken over', async () => {
  const subjects = [randomUUID()];
  await queue(...subjects);
  const lease = randomUUID();
  const [mine] = await claimed(lease, subjects);
  await database.asOwner('delete from delivery_lease where id = $1', [lease]);
  expect(await settle(lease, [doneOf(mine!)])).toEqual([]);
  expect((await rows(subjects)).map(({ row }) => (row as { state: string }).state)).toEqual(['queued']);
});
