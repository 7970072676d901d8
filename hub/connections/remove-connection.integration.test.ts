import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setConnectionState } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { queueDeliveries } from '../../recorder-core/records/deliveries.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { insertReceipts } from '../../recorder-core/records/receipts.ts';
import { addConnectionRow } from '../../test/support/connection-row.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { removalStep } from './remove-connection.ts';

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
        there.map((id) => ({
          id: newId(at.getTime()),
          connectionId,
          operation: 'upsert-recording',
          subject: { type: 'recording', id },
          outcome: 'done',
          remoteId: id,
          remoteVersion: null,
          detail: null,
          contentSha256: null,
          contentSalt: null,
          at: at.toISOString(),
        })),
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
