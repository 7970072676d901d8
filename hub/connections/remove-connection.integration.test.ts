import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setConnectionState } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { queueDeliveries } from '../../recorder-core/records/deliveries.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { insertReceipts } from '../../recorder-core/records/receipts.ts';
import { addConnectionRow } from '../../test/support/connection-row.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { planRemoval, removalStep } from './remove-connection.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const queueing = () => ({
  tenantId: database.tenantId,
  now: new Date(),
  newId: (at: Date) => newId(at.getTime()),
});
const queued = (connectionId: string) =>
  database.asOwner<{ state: string; withdraws: boolean }>(
    'select state, withdraws from delivery where connection_id = $1 order by subject_id',
    [connectionId],
  );
const receipt = (connectionId: string, operation: string, recordingId: string, at: Date) => ({
  id: newId(at.getTime()),
  connectionId,
  operation,
  subject: { type: 'recording' as const, id: recordingId },
  outcome: 'done' as const,
  remoteId: null,
  remoteVersion: null,
  detail: null,
  contentSha256: null,
  contentSalt: null,
  at: at.toISOString(),
});
/** Takes the message of the next step, as its consumer does. */
async function nextStep(): Promise<{ connectionId: string; after: string | null } | undefined> {
  const [message] = await database.asOwner<{ payload: { connectionId: string; after: string | null } }>(
    "delete from outbox where topic = 'connection.removed' returning payload",
  );
  return message?.payload;
}

test.each(['withdraw', 'keep'] as const)(
  'removing with "%s" goes on step by step, and the same step twice queues nothing twice',
  async (remains) => {
    const connectionId = await addConnectionRow(database, { connector: 'elasticsearch', config: {} });
    const there: string[] = [];
    for (let count = 0; count < 5; count += 1)
      there.push(await addRecordingRow(database.db, database.tenantId));
    const told = await addRecordingRow(database.db, database.tenantId);
    const at = new Date();
    await inTenant(async (tx) => {
      await insertReceipts(
        tx,
        database.tenantId,
        there.map((id) => receipt(connectionId, 'upsert-recording', id, at)),
      );
      const subject = { type: 'recording', id: told } as const;
      await queueDeliveries(tx, queueing(), [{ connectionId, operation: 'upsert-recording', subject }]);
      await setConnectionState(tx, connectionId, 'removed', at, { what: remains, why: 'as agreed' });
    });
    let steps = 0;
    let step: Awaited<ReturnType<typeof nextStep>> = { connectionId, after: null };
    while (step !== undefined) {
      const now = step;
      await inTenant((tx) => removalStep(tx, queueing(), now, 2));
      const next = await nextStep();
      // Killed before the message was taken out of the outbox: the step is done once more.
      await inTenant((tx) => removalStep(tx, queueing(), now, 2));
      await nextStep();
      step = next;
      steps += 1;
    }
    const rows = await queued(connectionId);
    expect(rows.filter(({ withdraws }) => withdraws)).toHaveLength(remains === 'withdraw' ? 5 : 0);
    expect(rows.filter(({ state, withdraws }) => !withdraws && state === 'rejected')).toHaveLength(1);
    expect(rows).toHaveLength(remains === 'withdraw' ? 6 : 1);
    expect(steps).toBe(remains === 'withdraw' ? 3 : 1);
  },
);

test.each(['rejected', 'discarded', 'dead', 'queued'])(
  'what may have arrived before it was %s is withdrawn with the rest, until its deletion is confirmed',
  async (state) => {
    const connectionId = await addConnectionRow(database, { connector: 'elasticsearch', config: {} });
    const recordingId = await addRecordingRow(database.db, database.tenantId);
    const subject = { type: 'recording', id: recordingId } as const;
    await inTenant((tx) =>
      queueDeliveries(tx, queueing(), [{ connectionId, operation: 'upsert-recording', subject }]),
    );
    await database.asOwner(
      "update delivery set state = $2, doubtful = true, settled_at = $3, fingerprint = 'x' where connection_id = $1",
      [connectionId, state, state === 'queued' || state === 'dead' ? null : new Date()],
    );
    expect(await inTenant((tx) => planRemoval(tx, connectionId))).toEqual({ recordings: 1, held: 0 });
    await inTenant(async (tx) => {
      await setConnectionState(tx, connectionId, 'removed', new Date(), { what: 'withdraw', why: null });
      await removalStep(tx, queueing(), { connectionId, after: null }, 2);
    });
    expect((await queued(connectionId)).filter(({ withdraws }) => withdraws)).toEqual([
      { state: 'queued', withdraws: true },
    ]);
    await inTenant((tx) =>
      insertReceipts(tx, database.tenantId, [
        receipt(connectionId, 'delete-recording', recordingId, new Date(Date.now() + 1000)),
      ]),
    );
    expect(await inTenant((tx) => planRemoval(tx, connectionId))).toEqual({ recordings: 0, held: 0 });
  },
);
