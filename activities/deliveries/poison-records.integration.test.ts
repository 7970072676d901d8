/** Records that fail whatever a call carries beside them: of a batch, of the connection, and by killing the worker. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Outcome } from '../../connectors/kit/outcome.ts';
import { remoteError, type RemoteError } from '../../connectors/kit/remote-error.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { asActivity, openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { deliverDue } from './deliver-due.ts';
import type { SendBatch, SentBatch } from './send-batch.ts';

/** Each is some hundred transactions, on a machine that may be busy. */
const LIMIT_MS = 180_000;
let database: TestDatabase;
let bench: ActivityBench;
let skippedMs = 0;
const now = (): Date => new Date(Date.now() + skippedMs);
/** Time that passes passes for all. */
const clockOf = (): Promise<Date> => Promise.resolve(now());
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});
beforeEach(async () => {
  for (const table of ['delivery_batch', 'delivery_attempt', 'delivery_lease', 'delivery'])
    await database.asOwner(`delete from ${table}`);
  await database.asOwner('delete from delivery_gate');
});

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

const deliver = (sendBatch: SendBatch, info: Parameters<typeof asActivity>[1] = {}) =>
  asActivity(
    () =>
      deliverDue({ ...bench.deps, now, clockOf, sendBatch })({
        tenantId: database.tenantId,
        connectionId: bench.searchId,
        lane: 'live',
      }),
    info,
  );
const states = async () =>
  Object.fromEntries(
    (
      await database.asOwner<{ id: string; state: string }>('select subject_id as id, state from delivery')
    ).map(({ id, state }) => [id, state]),
  );
const counted = async (): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const state of Object.values(await states())) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
};
/** Calls of the activity, each when the next is due, until nothing is queued any more; answers how many. */
async function drain(sendBatch: SendBatch, most: number): Promise<number> {
  for (let calls = 1; calls <= most; calls += 1) {
    const { more, nextAt } = await deliver(sendBatch);
    if (more) continue;
    if (nextAt === null) return calls;
    skippedMs += Math.max(0, Date.parse(nextAt) - now().getTime()) + 1;
  }
  throw new Error(`The queue is not empty after ${most} calls: ${JSON.stringify(await counted())}`);
}

const failed = (batch: SentBatch, error: RemoteError) =>
  Promise.resolve({
    outcomes: batch.records.map(({ record }): Outcome => ({
      outcome: error.class === 'unknown_outcome' ? 'unknown' : 'rejected',
      recordId: record.id,
      error,
    })),
    version: 1,
    traceId: null,
  });
const carries = (batch: SentBatch, ids: readonly string[]) =>
  batch.records.some(({ record }) => ids.includes(record.id));

test(
  'one that its batch is refused by is alone and dead at once; all others arrive in the same call of the activity',
  async () => {
    const ids = await queued(20);
    const poison = [ids[6]!, ids[13]!];
    let calls = 0;
    await deliver((batch) => {
      calls += 1;
      const refused = remoteError('invalid_record', 'The batch was refused.', { scope: 'batch' });
      return carries(batch, poison) ? failed(batch, refused) : bench.deps.sendBatch(batch);
    });
    // Both halves carried one: nothing was taken, so it might have been the other side.
    expect(calls).toBe(3);
    skippedMs += 2_000;
    await deliver((batch) => {
      calls += 1;
      const refused = remoteError('invalid_record', 'The batch was refused.', { scope: 'batch' });
      return carries(batch, poison) ? failed(batch, refused) : bench.deps.sendBatch(batch);
    });
    const found = await states();
    expect(ids.filter((id) => found[id] === 'dead')).toEqual(poison);
    expect(await counted()).toEqual({ done: 18, dead: 2 });
    expect(calls).toBeLessThan(25);
    const [attempts] = await database.asOwner<{ count: number }>(
      'select count(*) as count from delivery_attempt a join delivery d on d.id = a.delivery_id where d.subject_id = $1',
      [poison[0]],
    );
    expect(attempts?.count).toBeGreaterThan(4); // each call that it spoiled is told
  },
  LIMIT_MS,
);

test(
  'failures of connection and batch in turn keep nobody together: one poison of twenty is found in a few calls',
  async () => {
    const ids = await queued(20);
    const poison = ids[9]!;
    let calls = 0;
    const sendBatch: SendBatch = (batch) => {
      if (!carries(batch, [poison])) return bench.deps.sendBatch(batch);
      calls += 1;
      const scope = calls % 2 === 1 ? 'connection' : 'batch';
      return failed(batch, remoteError('unknown_outcome', 'Failed over there.', { scope }));
    };
    for (let left = 12; left > 0 && ((await counted())['queued'] ?? 0) > 1; left -= 1) {
      const { nextAt } = await deliver(sendBatch);
      skippedMs += Math.max(0, Date.parse(nextAt ?? now().toISOString()) - now().getTime()) + 1;
    }
    expect(await counted()).toEqual({ done: 19, queued: 1 });
    expect(calls).toBeLessThan(13);
  },
  LIMIT_MS,
);

test(
  'one that the other side answers as if the connection failed is dead in the end, and holds up nobody',
  async () => {
    const ids = await queued(12);
    const poison = ids[0]!;
    const forbidden = remoteError('permission', 'Not allowed.', {
      scope: 'connection',
      remote: { status: 403 },
    });
    const sendBatch: SendBatch = (batch) =>
      carries(batch, [poison]) ? failed(batch, forbidden) : bench.deps.sendBatch(batch);
    const beganAt = now().getTime();
    for (let left = 12; left > 0 && ((await counted())['queued'] ?? 0) > 1; left -= 1) {
      const { nextAt } = await deliver(sendBatch);
      skippedMs += Math.max(0, Date.parse(nextAt ?? now().toISOString()) - now().getTime()) + 1;
    }
    expect(await counted()).toEqual({ done: 11, queued: 1 });
    expect(now().getTime() - beganAt).toBeLessThan(60_000);
    // While nothing else is sent nobody can tell: it waits, and the connection says why.
    for (let each = 0; each < 5; each += 1) {
      const { nextAt } = await deliver(sendBatch);
      skippedMs += Math.max(0, Date.parse(nextAt ?? now().toISOString()) - now().getTime()) + 1;
    }
    expect((await states())[poison]).toBe('queued');
    // Others are taken in between: it is the record.
    for (let each = 0; each < 24 && (await states())[poison] === 'queued'; each += 1) {
      await queued(1);
      skippedMs += 3_600_000;
      await deliver(sendBatch);
    }
    expect((await states())[poison]).toBe('dead');
    expect((await counted())['queued']).toBeUndefined();
    const [dead] = await database.asOwner(
      'select error_class, error_code from delivery where subject_id = $1',
      [poison],
    );
    expect(dead).toEqual({ error_class: 'permission', error_code: '403' });
  },
  LIMIT_MS,
);

test(
  'a connection that refuses all for days makes nothing dead, and each goes through once it is back',
  async () => {
    await queued(6);
    const refused = remoteError('auth', 'The credential was refused.', { scope: 'connection' });
    const until = now().getTime() + 4 * 24 * 3_600_000;
    while (now().getTime() < until) {
      const { nextAt } = await deliver((batch) => failed(batch, refused));
      expect(nextAt).not.toBeNull();
      skippedMs += 3_600_000; // more than a pause
    }
    expect(await counted()).toEqual({ queued: 6 });
    await drain(bench.deps.sendBatch, 5);
    expect(await counted()).toEqual({ done: 6 });
  },
  LIMIT_MS,
);

test(
  'one that its worker dies of is held in ever smaller parts, alone in the end, and then a dead letter that says so',
  async () => {
    const ids = await queued(30);
    const poison = ids[17]!;
    // Nothing is settled, given back or noted by a worker that is dead.
    const dies = new Error('The worker is dead.');
    let activityId = randomUUID();
    let attempt = 1;
    let deaths = 0;
    for (let left = 40; left > 0; left -= 1) {
      const worker = { dead: false };
      const db: typeof database.db = {
        ...database.db,
        forTenant: (tenantId, work) =>
          worker.dead ? Promise.reject(dies) : database.db.forTenant(tenantId, work),
      };
      const sendBatch: SendBatch = (batch) => {
        if (!carries(batch, [poison])) return bench.deps.sendBatch(batch);
        worker.dead = true;
        deaths += 1;
        return Promise.reject(dies);
      };
      try {
        const { more, nextAt } = await asActivity(
          () =>
            deliverDue({ ...bench.deps, db, now, clockOf, sendBatch })({
              tenantId: database.tenantId,
              connectionId: bench.searchId,
              lane: 'live',
            }),
          { activityId, attempt },
        );
        [activityId, attempt] = [randomUUID(), 1];
        if (!more && nextAt === null) break;
        skippedMs += Math.max(0, Date.parse(nextAt ?? now().toISOString()) - now().getTime()) + 1;
      } catch (error) {
        if (error !== dies) throw error;
        attempt += 1;
      }
    }
    expect(await counted()).toEqual({ done: 29, dead: 1 });
    expect(deaths).toBeLessThan(10);
    const [dead] = await database.asOwner<{ state: string; error_title: string; doubtful: boolean }>(
      'select state, error_title, doubtful from delivery where subject_id = $1',
      [poison],
    );
    expect(dead).toMatchObject({ state: 'dead', doubtful: true });
    expect(dead?.error_title).toContain('The worker died while this record alone was being sent');
    const receipts = await database.asOwner('select outcome from receipt where recording_id = $1', [poison]);
    expect(receipts).toEqual([{ outcome: 'unknown' }]);
  },
  LIMIT_MS,
);

test(
  'one that our own work fails by waits behind the others, and faults that all meet make nothing dead',
  async () => {
    const ids = await queued(8);
    const poison = ids[2]!;
    const activityId = randomUUID();
    let attempt = 0;
    const run = async (sendBatch: SendBatch): Promise<void> => {
      attempt += 1;
      await deliver(sendBatch, { activityId, attempt }).catch(() => undefined);
      skippedMs += 60_000;
    };
    for (let each = 0; each < 20; each += 1) await run(() => Promise.reject(new TypeError('ours')));
    expect(await counted()).toEqual({ queued: 8 });
    for (let each = 0; each < 8; each += 1)
      await run((batch) =>
        carries(batch, [poison]) ? Promise.reject(new TypeError('ours')) : bench.deps.sendBatch(batch),
      );
    expect(await counted()).toEqual({ done: 7, queued: 1 });
  },
  LIMIT_MS,
);

test(
  'one that cannot even be made from its rows is a dead letter in the end, and all others arrive',
  async () => {
    const ids = await queued(6);
    const poison = ids[2]!;
    const linkTo = (id: string): string => {
      if (id === poison) throw new TypeError('ours');
      return bench.deps.linkTo(id);
    };
    const activityId = randomUUID();
    for (let attempt = 1; attempt <= 40 && (await states())[poison] === 'queued'; attempt += 1) {
      await asActivity(
        () =>
          deliverDue({ ...bench.deps, now, clockOf, linkTo })({
            tenantId: database.tenantId,
            connectionId: bench.searchId,
            lane: 'live',
          }),
        { activityId, attempt },
      ).catch(() => undefined);
      skippedMs += 600_000;
      await queued(1);
    }
    expect((await states())[poison]).toBe('dead');
    await drain(bench.deps.sendBatch, 5);
    const { dead, done, ...others } = await counted();
    expect({ dead, others }).toEqual({ dead: 1, others: {} });
    expect(done).toBeGreaterThanOrEqual(5);
  },
  LIMIT_MS,
);
