import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asActivity, openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { readReceipts } from '../../recorder-core/records/receipts.ts';
import { listRecordings } from '../../recorder-core/records/recordings.ts';
import { liftRestriction, restrictRecording } from '../../recorder-core/records/restrictions.ts';
import { deliverRecording } from './deliver-recording.ts';

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

const refOf = (recordingId: string) => ({
  tenantId: database.tenantId,
  recordingId,
  connectionId: bench.searchId,
});
const deliver = (recordingId: string, change: Partial<ActivityDependencies> = {}) =>
  asActivity(() => deliverRecording({ ...bench.deps, ...change })(refOf(recordingId)));
const withdraw = (recordingId: string) =>
  asActivity(() => bench.activities.connectors.withdrawRecording(refOf(recordingId)));
const receiptsOf = (recordingId: string) =>
  database.db.forTenant(database.tenantId, (tx) => readReceipts(tx, { type: 'recording', id: recordingId }));
const find = async (word: string): Promise<string[]> =>
  (
    await database.db.forTenant(database.tenantId, (tx) => listRecordings(tx, { words: [word], limit: 10 }))
  ).map(({ id }) => id);
const documentOf = async (recordingId: string) =>
  (
    await database.asOwner('select document, words, removed from search_document where recording_id = $1', [
      recordingId,
    ])
  )[0];

describe('delivering a recording to the built-in search', () => {
  test('makes it findable by a party, and keeps a receipt and a leaf', async () => {
    const id = await bench.retain({ names: ['Ana', 'Zacharias Zwirner'] });
    expect(await find('zwirner')).toEqual([]);
    expect(await deliver(id)).toEqual({ outcome: 'done' });
    expect(await find('zwirner')).toEqual([id]);
    expect(await receiptsOf(id)).toMatchObject([
      {
        connectionId: bench.searchId,
        operation: 'upsert-recording',
        outcome: 'done',
        connection: 'Built-in search',
      },
    ]);
    const leaves = await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, id));
    expect(leaves.at(-1)?.act).toBe('delivery.done');
    expect(leaves.at(-1)?.body.toString()).not.toContain('Zwirner');
  });

  test('withdraws it to the last word when it is disposed of, and a late delivery does not bring it back', async () => {
    const id = await bench.retain({ names: ['Ana', 'Yolanda Yttrium'] });
    await deliver(id);
    await bench.makeDue(id);
    await bench.activities.lifecycle.claimDue({ partition: 0, partitions: 1, limit: 100 });
    expect(await withdraw(id)).toEqual({ outcome: 'done' });
    expect(await documentOf(id)).toEqual({ document: {}, words: '', removed: true });
    expect(await deliver(id)).toEqual({ outcome: 'rejected' });
    expect(await find('yttrium')).toEqual([]);
  });

  test('asks for the deletion itself when the recording was disposed of while it was being sent', async () => {
    const id = await bench.retain({ names: ['Ana', 'Xaver Xylophon'] });
    await bench.makeDue(id);
    const outcome = await deliver(id, {
      runOnConnection: async (run) => {
        if (run.operation === 'upsert-recording')
          await bench.activities.lifecycle.claimDue({ partition: 0, partitions: 1, limit: 100 });
        return bench.deps.runOnConnection(run);
      },
    });
    expect(outcome).toEqual({ outcome: 'rejected' });
    expect(await find('xylophon')).toEqual([]);
    expect(await documentOf(id)).toEqual({ document: {}, words: '', removed: true });
    expect((await receiptsOf(id)).map(({ operation, outcome }) => [operation, outcome])).toEqual([
      ['upsert-recording', 'done'],
      ['delete-recording', 'done'],
    ]);
  });

  test('that may succeed later is thrown with the time the other side asked for, and its receipt is kept', async () => {
    const id = await bench.retain();
    const error = {
      class: 'transient',
      title: 'The index is away.',
      retry: 'later',
      afterMs: 7_000,
      scope: 'connection',
    } as unknown as Extract<
      Awaited<ReturnType<ActivityDependencies['runOnConnection']>>,
      { error: unknown }
    >['error'];
    await expect(
      deliver(id, { runOnConnection: () => Promise.resolve({ outcome: 'rejected', error } as never) }),
    ).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 7_000 });
    expect(await receiptsOf(id)).toMatchObject([
      { outcome: 'rejected', detail: 'transient: The index is away.' },
    ]);
  });
});

describe('a restricted recording', () => {
  const restrict = (id: string) =>
    database.db.forTenant(database.tenantId, (tx) =>
      restrictRecording(
        tx,
        id,
        { id: 'retention', why: 'A floor keeps it.', rules: ['retention/x'], purposes: ['legal-obligation'] },
        { ...bench.deps, tenantId: database.tenantId, now: new Date() },
      ),
    );
  const beMandatory = (mandatory: boolean) =>
    database.asOwner('update connection set mandatory = $2 where id = $1', [bench.searchId, mandatory]);

  test('stays in a mandatory connection, where words find it for those who may know who spoke', async () => {
    const id = await bench.retain({ names: ['Ana', 'Balduin Bodenstein'] });
    await deliver(id);
    await restrict(id);
    expect(await deliver(id)).toEqual({ outcome: 'done' });
    expect(await find('bodenstein')).toEqual([id]);
    const hidden = await database.db.forTenant(database.tenantId, (tx) =>
      listRecordings(tx, { words: ['bodenstein'], limit: 10, hidesRestricted: true }),
    );
    expect(hidden).toEqual([]);
  });

  test('is withdrawn from every other one, also from one that is switched off, and comes back when it is free', async () => {
    const id = await bench.retain({ names: ['Ana', 'Leopold Lindwurm'] });
    await deliver(id);
    await beMandatory(false);
    await restrict(id);
    await database.asOwner("update connection set state = 'paused' where id = $1", [bench.searchId]);
    const ref = { tenantId: database.tenantId, recordingId: id };
    expect(await bench.activities.lifecycle.listDeliveries(ref)).toEqual({ connectionIds: [bench.searchId] });
    expect(await deliver(id)).toEqual({ outcome: 'done' });
    expect((await receiptsOf(id)).at(-1)).toMatchObject({ operation: 'delete-recording', outcome: 'done' });
    expect(await documentOf(id)).toMatchObject({ removed: true, words: '' });
    await database.asOwner("update connection set state = 'live' where id = $1", [bench.searchId]);
    await database.db.forTenant(database.tenantId, (tx) =>
      liftRestriction(tx, id, 'retention', {
        ...bench.deps,
        tenantId: database.tenantId,
        now: new Date(),
      }),
    );
    await deliver(id);
    expect(await find('lindwurm')).toEqual([id]);
    await beMandatory(true);
  });
});
