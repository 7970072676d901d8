/** What becomes of deliveries that a connection failed, once somebody mended it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { remoteError, type RemoteError } from '../../connectors/kit/remote-error.ts';
import { reopenGate } from '../../recorder-core/records/delivery-gates.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { asActivity, openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { deliverDue } from './deliver-due.ts';
import type { SendBatch } from './send-batch.ts';

let database: TestDatabase;
let bench: ActivityBench;
let skippedMs = 0;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

async function queueOne(): Promise<string> {
  const { db, tenantId } = database;
  const recordingId = await addRecordingRow(db, tenantId);
  await database.asOwner("update recording set state = 'retained' where id = $1", [recordingId]);
  await bench.activities.lifecycle.queueRecording({ tenantId, recordingId });
  return recordingId;
}
/** By which versions calls went; null is the current one. */
const sentBy: (number | null)[] = [];
const deliver = (answer: RemoteError | 'taken') => {
  const now = (): Date => new Date(Date.now() + skippedMs);
  const sendBatch: SendBatch = async (batch) => {
    sentBy.push(batch.version);
    if (answer === 'taken') return bench.deps.sendBatch(batch);
    const outcome = answer.class === 'unknown_outcome' ? 'unknown' : 'rejected';
    const outcomes = batch.records.map(
      ({ record }) => ({ outcome, recordId: record.id, error: answer }) as const,
    );
    return { outcomes, version: 1, traceId: null };
  };
  const deps = { ...bench.deps, now, clockOf: () => Promise.resolve(now()), sendBatch };
  const queue = { tenantId: database.tenantId, connectionId: bench.searchId, lane: 'live' } as const;
  return asActivity(() => deliverDue(deps)(queue));
};
const reopen = () => database.db.forTenant(database.tenantId, (tx) => reopenGate(tx, bench.searchId));
const stateOf = async (id: string) =>
  (await database.asOwner('select state from delivery where subject_id = $1', [id]))[0]?.['state'];

test('they go at once when the gate is opened, and by the version that is current then', async () => {
  const broken = remoteError('config', 'A field is missing over there.', {
    scope: 'connection',
    afterMs: 600_000,
  });
  const id = await queueOne();
  await deliver(broken);
  sentBy.length = 0;
  expect(await deliver('taken')).toMatchObject({ sent: 0 });
  expect([await reopen(), await reopen()]).toEqual([true, false]);
  expect(await deliver('taken')).toMatchObject({ sent: 1 });
  expect([sentBy, await stateOf(id)]).toEqual([[null], 'done']);
});

test('what is in doubt waits as before, and is looked for by the version that it was sent by', async () => {
  const cut = remoteError('unknown_outcome', 'Cut off.', { scope: 'connection', afterMs: 600_000 });
  const id = await queueOne();
  await deliver(cut);
  sentBy.length = 0;
  expect(await reopen()).toBe(true);
  expect(await deliver('taken')).toMatchObject({ sent: 0 });
  skippedMs += 601_000;
  expect(await deliver('taken')).toMatchObject({ sent: 1 });
  expect([sentBy, await stateOf(id)]).toEqual([[1], 'done']);
});
