/** A long queue: one batch is sent while the next is claimed and the one before is settled. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { remoteError } from '../../connectors/kit/remote-error.ts';
import { readAttempts } from '../../recorder-core/records/delivery-attempts.ts';
import { readDeliveryHealth } from '../../recorder-core/records/delivery-queues.ts';
import { listDeliveryRuns } from '../../recorder-core/records/delivery-runs.ts';
import { listDeliveries } from '../../recorder-core/records/list-deliveries.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { asActivity, openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { deliverDue } from './deliver-due.ts';
import type { SendBatch } from './send-batch.ts';

const BATCH = 2;
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
beforeEach(async () => {
  await database.asOwner('delete from delivery_batch');
  await database.asOwner('delete from delivery_attempt');
  await database.asOwner('delete from delivery_lease');
  await database.asOwner('delete from delivery');
  await database.asOwner('update delivery_gate set closed_until = null, failures = 0');
  await database.asOwner("update connection set state = 'live' where id = $1", [bench.searchId]);
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);

/** So many recordings, queued one after the other. */
async function queued(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let each = 0; each < count; each += 1) {
    const id = await addRecordingRow(database.db, database.tenantId);
    await database.asOwner("update recording set state = 'retained' where id = $1", [id]);
    await bench.activities.lifecycle.queueRecording({ tenantId: database.tenantId, recordingId: id });
    ids.push(id);
  }
  return ids;
}

function deliver(
  sendBatch: SendBatch,
  batches?: number,
  info: Parameters<typeof asActivity>[1] = {},
  signal?: AbortSignal,
) {
  const deliveryLimits: typeof bench.deps.deliveryLimits = (connector) => ({
    ...bench.deps.deliveryLimits(connector),
    batch: BATCH,
  });
  const queue = { tenantId: database.tenantId, connectionId: bench.searchId, lane: 'live' } as const;
  return asActivity(
    () =>
      deliverDue({ ...bench.deps, sendBatch, deliveryLimits })({
        ...queue,
        ...(batches === undefined ? {} : { batches }),
      }),
    info,
    signal,
  );
}

const rows = () =>
  database.asOwner<{ state: string; attempts: number; doubtful: boolean }>(
    `select case when exists (select from delivery_lease where d.id = any (delivery_ids)) then 'leased' else state end as state,
            attempts, doubtful
       from delivery d order by id`,
  );
const counted = (states: readonly { state: string }[]) => ({
  done: states.filter(({ state }) => state === 'done').length,
  leased: states.filter(({ state }) => state === 'leased').length,
  queued: states.filter(({ state }) => state === 'queued').length,
});

/** Waits for what another transaction does meanwhile. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}

test('whoever asks for one batch of a longer queue is told that there is more, and nothing is sent', async () => {
  await queued(BATCH + 1);
  const progress = await deliver(() => Promise.reject(new TypeError('sent')), 1);
  expect(progress).toMatchObject({ sent: 0, more: true });
  expect(counted(await rows())).toEqual({ done: 0, leased: 0, queued: BATCH + 1 });
  expect(await deliver(bench.deps.sendBatch)).toMatchObject({ sent: BATCH + 1, more: false });
});

test('a lane claims what it will have sent in two seconds at the pace of the other side, one request at first', async () => {
  await queued(8);
  const began = Date.now();
  let passedMs = 0;
  const sizes: number[] = [];
  const deps = {
    ...bench.deps,
    now: () => new Date(began + passedMs),
    deliveryLimits: (connector: string) => ({
      ...bench.deps.deliveryLimits(connector),
      request: 1,
      batch: 8,
    }),
    sendBatch: async (batch: Parameters<SendBatch>[0]) => {
      sizes.push(batch.records.length);
      passedMs += 450 * batch.records.length;
      return bench.deps.sendBatch(batch);
    },
  };
  const queue = { tenantId: database.tenantId, connectionId: bench.searchId, lane: 'live' } as const;
  await asActivity(() => deliverDue(deps)(queue));
  // The second is claimed while the first is sent, when nothing is known yet.
  expect(sizes).toEqual([1, 1, 4, 2]);
});

test('while a batch is on the wire the next one is claimed, and the one before is settled', async () => {
  await queued(3 * BATCH);
  const seen: ReturnType<typeof counted>[] = [];
  await deliver(async (batch) => {
    const expected = { done: seen.length * BATCH, leased: Math.min(2, 3 - seen.length) * BATCH };
    await until(async () => {
      const now = counted(await rows());
      return now.done === expected.done && now.leased === expected.leased;
    });
    seen.push(counted(await rows()));
    return bench.deps.sendBatch(batch);
  });
  expect(seen.map(({ queued: waiting }) => waiting)).toEqual([BATCH, 0, 0]);
  expect(counted(await rows())).toEqual({ done: 3 * BATCH, leased: 0, queued: 0 });
});

test('what was claimed for later is given back as it was where the connection fails meanwhile', async () => {
  await queued(2 * BATCH);
  let calls = 0;
  const progress = await deliver(({ records }) => {
    calls += 1;
    const error = remoteError('transient', 'Nobody answers.', { scope: 'connection', afterMs: 60_000 });
    const outcomes = records.map(
      ({ record }) => ({ outcome: 'rejected', recordId: record.id, error }) as const,
    );
    return Promise.resolve({ outcomes, version: 1, traceId: null });
  });
  expect({ calls, ...progress }).toMatchObject({ calls: 1, more: false });
  expect((await rows()).map(({ state, attempts, doubtful }) => ({ state, attempts, doubtful }))).toEqual([
    ...Array.from({ length: BATCH }, () => ({ state: 'queued', attempts: 1, doubtful: false })),
    ...Array.from({ length: BATCH }, () => ({ state: 'queued', attempts: 0, doubtful: false })),
  ]);
});

test('what was claimed for later is not sent where the connection is paused meanwhile', async () => {
  await queued(2 * BATCH);
  const sent: number[] = [];
  await deliver(async (batch) => {
    sent.push(batch.records.length);
    await database.asOwner("update connection set state = 'paused' where id = $1", [bench.searchId]);
    return bench.deps.sendBatch(batch);
  });
  expect(sent).toEqual([BATCH]);
  expect(counted(await rows())).toEqual({ done: BATCH, leased: 0, queued: BATCH });
});

test('a recording that is condemned while it is claimed for later is never sent', async () => {
  const ids = await queued(2 * BATCH);
  const sent: string[] = [];
  await deliver(async (batch) => {
    sent.push(...batch.records.map(({ record }) => record.id));
    await until(async () => counted(await rows()).leased === 2 * BATCH || sent.length > BATCH);
    await database.asOwner("update recording set state = 'disposing' where id = $1", [ids.at(-1)]);
    return bench.deps.sendBatch(batch);
  });
  expect(sent.sort()).toEqual(ids.slice(0, -1).sort());
});

test('a worker that is stopped settles what it has sent and gives back what it has not', async () => {
  await queued(2 * BATCH);
  const stopping = new AbortController();
  const stopped = deliver(
    async (batch) => {
      await until(async () => counted(await rows()).leased === 2 * BATCH);
      stopping.abort(new Error('stopped'));
      return bench.deps.sendBatch({ ...batch, signal: new AbortController().signal });
    },
    undefined,
    {},
    stopping.signal,
  );
  await expect(stopped).rejects.toThrow('stopped');
  expect(counted(await rows())).toEqual({ done: BATCH, leased: 0, queued: BATCH });
  expect((await rows()).map(({ attempts }) => attempts)).toEqual([1, 1, 0, 0]);
});

test('a worker that is stopped between two calls of a batch settles the first and gives back what the second carries', async () => {
  const [, second = ''] = await queued(BATCH);
  await database.asOwner('update delivery set connection_version = 1 where subject_id = $1', [second]);
  const stopping = new AbortController();
  const stopped = deliver(
    (batch) => {
      stopping.abort(new Error('stopped'));
      return bench.deps.sendBatch({ ...batch, signal: new AbortController().signal });
    },
    undefined,
    {},
    stopping.signal,
  );
  await expect(stopped).rejects.toThrow('stopped');
  expect(await rows()).toEqual([
    { state: 'done', attempts: 1, doubtful: false },
    { state: 'queued', attempts: 0, doubtful: false },
  ]);
});

test('what a batch took is one row, and its deliveries, attempts and runs are read from there', async () => {
  const [first = '', second = ''] = await queued(2);
  await deliver(async (batch) => {
    const answer = await bench.deps.sendBatch(batch);
    // One of them changes while it is sent, and so is not over.
    if (batch.records.length === 2)
      await bench.activities.lifecycle.queueRecording({ tenantId: database.tenantId, recordingId: second });
    return answer;
  });
  const batches = await database.asOwner<{ done: number }>(
    'select done from delivery_batch order by started_at',
  );
  expect(batches.map(({ done }) => done)).toEqual([1, 1]);
  expect(await database.asOwner('select outcome from delivery_attempt')).toEqual([{ outcome: 'done' }]);
  await inTenant(async (tx) => {
    const [run, again] = (await listDeliveryRuns(tx, { limit: 10 })).reverse();
    expect(run).toMatchObject({ records: 2, done: 2, rejected: 0 });
    expect(again).toMatchObject({ records: 1, done: 1 });
    expect(await listDeliveryRuns(tx, { subjectId: first, limit: 10 })).toEqual([run]);
    expect((await listDeliveryRuns(tx, { subjectId: second, limit: 10 })).length).toBe(2);
    const together = await listDeliveries(tx, { attemptedAt: new Date(run?.startedAt ?? ''), limit: 10 });
    expect(together.map(({ subject }) => subject.id).sort()).toEqual([first, second].sort());
    const attempts = await Promise.all(
      together.map(async ({ id }) => [id, await readAttempts(tx, id)] as const),
    );
    for (const { id, subject, receiptId } of together) {
      const mine = attempts.find(([of]) => of === id)?.[1] ?? [];
      expect(mine.length).toBe(subject.id === first ? 1 : 2);
      expect(mine.at(-1)).toMatchObject({ number: 1, outcome: 'done', connectionVersion: 1, receiptId });
    }
    const [health] = await readDeliveryHealth(tx, new Date(), bench.searchId);
    expect(health).toMatchObject({ attempts: 3, failed: 0 });
  });
});
