/** Workers whose clocks are wrong: leases, what is due and what is put off go by the clock of the database. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { remoteError } from '../../connectors/kit/remote-error.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { asActivity, openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { deliverDue } from './deliver-due.ts';
import type { SendBatch } from './send-batch.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
const LEASE_MS = 10 * 60_000;
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
  for (const table of ['delivery_lease', 'delivery_attempt', 'delivery', 'delivery_gate'])
    await database.asOwner(`delete from ${table}`);
  const id = await addRecordingRow(database.db, database.tenantId);
  await database.asOwner("update recording set state = 'retained' where id = $1", [id]);
  await bench.activities.lifecycle.queueRecording({ tenantId: database.tenantId, recordingId: id });
});

/** A worker whose clock is off by so much. */
const deliver = (offMs: number, sendBatch: SendBatch, activityId: string = randomUUID()) =>
  asActivity(
    () =>
      deliverDue({ ...bench.deps, now: () => new Date(Date.now() + offMs), sendBatch })({
        tenantId: database.tenantId,
        connectionId: bench.searchId,
        lane: 'live',
      }),
    { activityId },
  );
const dying: SendBatch = () => Promise.reject(new TypeError('died'));
/** In milliseconds from now. */
const until = async (column: string, table: string): Promise<number> => {
  const [row] = await database.asOwner<{ at: Date }>(`select ${column} as at from ${table}`);
  return row!.at.getTime() - Date.now();
};

test.each([YEAR_MS, -YEAR_MS])(
  'a worker that is %s ms off has a lease as long as any other',
  async (offMs) => {
    await expect(deliver(offMs, dying)).rejects.toThrow('died');
    const leftMs = await until('until', 'delivery_lease');
    expect(leftMs).toBeGreaterThan(LEASE_MS / 2);
    expect(leftMs).toBeLessThanOrEqual(LEASE_MS + 1_000);
  },
);

test('a worker that is ahead takes nothing over from one that is at work', async () => {
  await expect(deliver(0, dying)).rejects.toThrow('died');
  expect(await deliver(YEAR_MS, bench.deps.sendBatch)).toMatchObject({ sent: 0 });
  expect(await database.asOwner('select from delivery_lease')).toHaveLength(1);
});

test('a worker that is behind sends what is due, and what one that is ahead puts off is due in time', async () => {
  const away = remoteError('transient', 'Nobody answers.', { scope: 'connection' });
  await deliver(YEAR_MS, ({ records }) =>
    Promise.resolve({
      outcomes: records.map(({ record }) => ({ outcome: 'rejected', recordId: record.id, error: away })),
      version: 1,
      traceId: null,
    }),
  );
  expect(await until('closed_until', 'delivery_gate')).toBeLessThan(60_000);
  expect(await until('due_at', 'delivery')).toBeLessThan(60_000);
  await database.asOwner("update delivery_gate set closed_until = now() - interval '1 second'");
  await database.asOwner("update delivery set due_at = now() - interval '1 second'");
  expect(await deliver(-YEAR_MS, bench.deps.sendBatch)).toMatchObject({ sent: 1 });
});
