import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../connectors/kit/outcome.ts';
import { remoteError, type RemoteError } from '../../connectors/kit/remote-error.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readAttempts } from '../../recorder-core/records/delivery-attempts.ts';
import { listDeliveries } from '../../recorder-core/records/list-deliveries.ts';
import { readDeliveryHealth } from '../../recorder-core/records/delivery-queues.ts';
import { forgetPeople } from '../../recorder-core/records/disposals.ts';
import { listReachedConnections } from '../../recorder-core/records/reached.ts';
import { readReceipts } from '../../recorder-core/records/receipts.ts';
import { liftRestriction, restrictRecording } from '../../recorder-core/records/restrictions.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { asActivity, openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { DeliveryProgress } from '../connector-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { receiptDigest } from '../connectors/store-receipt.ts';
import { deliverDue } from './deliver-due.ts';
import type { SendBatch, SentBatch } from './send-batch.ts';

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

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const addRetained = async (): Promise<string> => {
  const id = await addRecordingRow(database.db, database.tenantId);
  await database.asOwner("update recording set state = 'retained' where id = $1", [id]);
  return id;
};
const queue = (recordingId: string) =>
  bench.activities.lifecycle.queueRecording({ tenantId: database.tenantId, recordingId });
const deliver = (
  change: Partial<ActivityDependencies> = {},
  info: Parameters<typeof asActivity>[1] = {},
): Promise<DeliveryProgress> =>
  asActivity(
    () =>
      deliverDue({ ...bench.deps, ...change })({
        tenantId: database.tenantId,
        connectionId: bench.searchId,
        lane: 'live',
      }),
    info,
  );
const deliveryOf = async (recordingId: string) =>
  (
    await database.asOwner<Record<string, unknown> & { id: string; state: string }>(
      'select * from delivery where subject_id = $1 order by queued_at desc, id desc limit 1',
      [recordingId],
    )
  )[0]!;
const documentOf = async (recordingId: string) =>
  (
    await database.asOwner('select removed, revision from search_document where recording_id = $1', [
      recordingId,
    ])
  )[0];
/** Everything in the queue at once, and the gate open. */
const makeDue = () =>
  database.asOwner(
    "with d as (update delivery set due_at = now() - interval '1 second' where state = 'queued') update delivery_gate set closed_until = null",
  );
const sendThenDie: SendBatch = async (batch) => {
  await bench.deps.sendBatch(batch);
  throw new TypeError('killed');
};
const answering =
  (outcome: (recordId: string, batch: SentBatch) => Outcome): SendBatch =>
  (batch) =>
    Promise.resolve({
      outcomes: batch.records.map(({ record }) => outcome(record.id, batch)),
      version: 1,
      traceId: null,
    });
const refusing = (error: RemoteError) =>
  answering((recordId) => ({
    outcome: error.class === 'unknown_outcome' ? 'unknown' : 'rejected',
    recordId,
    error,
  }));

describe('what is queued', () => {
  test('is sent in one batch, with a receipt, an attempt and a leaf each that commits to the receipt', async () => {
    const ids = await Promise.all([addRetained(), addRetained(), addRetained()]);
    for (const id of ids) await queue(id);
    const sizes: number[] = [];
    const sentKeys = new Map<string, { readonly key: string }>();
    const progress = await deliver({
      sendBatch: async (batch) => {
        sizes.push(batch.records.length);
        const answer = await bench.deps.sendBatch(batch);
        for (const one of answer.outcomes)
          if (one.outcome === 'done') sentKeys.set(one.recordId, one.receipt);
        return answer;
      },
    });
    expect(progress).toMatchObject({ sent: 3, more: false, nextAt: null });
    expect(sizes).toEqual([3]);
    const [id = ''] = ids;
    expect(await documentOf(id)).toMatchObject({ removed: false });
    const delivery = await deliveryOf(id);
    expect(delivery).toMatchObject({ state: 'done', attempts: 1, connection_version: 1 });
    expect(await database.asOwner('select from delivery_lease')).toEqual([]);
    const [attempt] = await inTenant((tx) => readAttempts(tx, delivery.id));
    expect(attempt).toMatchObject({ number: 1, outcome: 'done', result: 'created', connectionVersion: 1 });
    const [receipt] = await inTenant((tx) => readReceipts(tx, { type: 'recording', id }));
    expect(receipt).toMatchObject({ id: attempt?.receiptId, outcome: 'done', operation: 'upsert-recording' });
    const leaves = await inTenant((tx) => readLeavesAbout(tx, id));
    const { connection, ...kept } = receipt!;
    expect(connection).not.toBe('');
    expect(kept.contentSha256).toMatch(/^[0-9a-f]{64}$/);
    // Who holds what was sent can compare it; whose people are forgotten, nobody can guess it any more.
    const { key } = sentKeys.get(id)!;
    const salted = createHash('sha256').update(`${kept.contentSalt}${key}`).digest('hex');
    expect(kept.contentSha256).toBe(salted);
    const digest = receiptDigest({ ...kept, subject: { type: 'recording', id } });
    expect(leaves.map(({ act }) => act)).toEqual(['delivery.done']);
    expect(leaves[0]?.body.toString()).toContain(digest);
    await inTenant((tx) => forgetPeople(tx, id));
    const [forgotten] = await inTenant((tx) => readReceipts(tx, { type: 'recording', id }));
    expect(forgotten).toEqual({ ...receipt, contentSalt: null });
  });

  test('ten times before it is sent is one delivery, and once more where it changes while it is being sent', async () => {
    const id = await addRetained();
    for (let change = 0; change < 10; change += 1) await queue(id);
    let batches = 0;
    await deliver({
      sendBatch: async (batch) => {
        batches += 1;
        if (batches === 1) {
          await database.asOwner('update recording set revision = revision where id = $1', [id]);
          await queue(id);
        }
        return bench.deps.sendBatch(batch);
      },
    });
    expect(batches).toBe(2);
    const rows = await database.asOwner('select state from delivery where subject_id = $1', [id]);
    expect(rows).toEqual([{ state: 'done' }]);
    expect(await documentOf(id)).toMatchObject({ revision: (await bench.read(id)).revision });
  });
});

describe('what fails', () => {
  test('of the connection closes its gate and keeps everything in its place; one record tries whether it is back', async () => {
    const ids = await Promise.all([addRetained(), addRetained()]);
    for (const id of ids) await queue(id);
    const away = remoteError('transient', 'Nobody answers.', { scope: 'connection', afterMs: 7_000 });
    const { nextAt } = await deliver({ sendBatch: refusing(away) });
    expect(Date.parse(nextAt ?? '') - Date.now()).toBeGreaterThan(5_000);
    expect(await deliver()).toMatchObject({ sent: 0, nextAt });
    const [health] = await inTenant((tx) => readDeliveryHealth(tx, new Date(), bench.searchId));
    expect(health).toMatchObject({
      queued: 2,
      dead: 0,
      error: { class: 'transient', title: 'Nobody answers.' },
    });
    const sizes: number[] = [];
    await makeDue();
    await deliver({
      sendBatch: (batch) => {
        sizes.push(batch.records.length);
        return bench.deps.sendBatch(batch);
      },
    });
    expect(sizes).toEqual([1, 1]);
    expect(await deliveryOf(ids[1] ?? '')).toMatchObject({ state: 'done', attempts: 2 });
  });

  test('of one record waits longer each time, for good it is a dead letter, and a later success supersedes that', async () => {
    const id = await addRetained();
    await queue(id);
    await deliver({ sendBatch: refusing(remoteError('transient', 'Locked.')) });
    expect(await deliveryOf(id)).toMatchObject({ state: 'queued', attempts: 1, error_class: 'transient' });
    await makeDue();
    const refused = remoteError('invalid_record', 'No such region.', {
      field: 'region',
      remote: { status: 400, code: 'BAD_FIELD' },
    });
    await deliver({ sendBatch: refusing(refused) });
    const dead = await deliveryOf(id);
    expect(dead).toMatchObject({
      state: 'dead',
      error_code: 'BAD_FIELD',
      error_field: 'region',
      attempts: 2,
    });
    expect(dead['fingerprint']).toMatch(/^[0-9a-f]{16}$/);
    await database.asOwner('update delivery set doubtful = true where subject_id = $1', [id]);
    await queue(id);
    await deliver();
    const states = await database.asOwner(
      'select state, doubtful from delivery where subject_id = $1 order by queued_at',
      [id],
    );
    expect(states).toEqual([
      { state: 'superseded', doubtful: false }, // what is there is known now
      { state: 'done', doubtful: false },
    ]);
  });
});

describe('what a killed worker held', () => {
  test('is owed its deletion, is given back to the next attempt and looked for before it is sent', async () => {
    const id = await addRetained();
    await queue(id);
    const activityId = randomUUID();
    await expect(
      deliver({ sendBatch: () => Promise.reject(new TypeError('killed')) }, { activityId }),
    ).rejects.toThrow('killed');
    const [stored] = await inTenant((tx) =>
      listDeliveries(tx, { subjectId: id, state: 'leased', limit: 10 }),
    );
    expect(stored).toMatchObject({ state: 'leased', attempts: 0 });
    expect(await inTenant((tx) => listReachedConnections(tx, id))).toEqual([bench.searchId]);
    expect(await deliver()).toMatchObject({ sent: 0 }); // another activity leaves it alone
    const seen: boolean[] = [];
    await deliver(
      {
        sendBatch: (batch) => {
          seen.push(...batch.records.map(({ doubtful }) => doubtful));
          return bench.deps.sendBatch(batch);
        },
      },
      { activityId, attempt: 2 },
    );
    expect(seen).toEqual([true]);
    expect(await deliveryOf(id)).toMatchObject({ state: 'done', attempts: 2, doubtful: false });
  });

  test('and had sent is not sent again', async () => {
    const id = await addRetained();
    await queue(id);
    const activityId = randomUUID();
    await expect(deliver({ sendBatch: sendThenDie }, { activityId })).rejects.toThrow('killed');
    await deliver({}, { activityId, attempt: 2 });
    const [attempt] = await inTenant(async (tx) => readAttempts(tx, (await deliveryOf(id)).id));
    expect(attempt).toMatchObject({ number: 2, outcome: 'done', result: 'confirmed' });
  });
});

describe('what may be there', () => {
  test('stays in doubt until it is done, whatever attempts fail by in between', async () => {
    const id = await addRetained();
    await queue(id);
    const activityId = randomUUID();
    await expect(deliver({ sendBatch: sendThenDie }, { activityId })).rejects.toThrow('killed');
    const away = remoteError('transient', 'Nobody answers.', { scope: 'connection' });
    for (const error of [away, remoteError('transient', 'Locked.')]) {
      await deliver({ sendBatch: refusing(error) }, { activityId, attempt: 2 });
      expect(await deliveryOf(id)).toMatchObject({ state: 'queued', doubtful: true });
      await makeDue();
    }
    await deliver();
    expect(await deliveryOf(id)).toMatchObject({ state: 'done', attempts: 4, doubtful: false });
  });
});

describe('what is not to be there', () => {
  const restrict = (id: string) =>
    inTenant((tx) =>
      restrictRecording(
        tx,
        id,
        { id: 'retention', why: 'A floor keeps it.', rules: ['retention/x'], purposes: ['legal-obligation'] },
        { ...bench.deps, tenantId: database.tenantId, now: new Date() },
      ),
    );
  const beMandatory = (mandatory: boolean) =>
    database.asOwner('update connection set mandatory = $2 where id = $1', [bench.searchId, mandatory]);
  const switchTo = (state: string) =>
    database.asOwner('update connection set state = $2 where id = $1', [bench.searchId, state]);

  test('because it is being disposed of is never sent, and is deleted where it went while that began', async () => {
    const before = await addRetained();
    await queue(before);
    await database.asOwner("update recording set state = 'disposing' where id = $1", [before]);
    await deliver();
    expect(await deliveryOf(before)).toMatchObject({ state: 'rejected' });
    expect(await documentOf(before)).toBeUndefined();

    const meanwhile = await addRetained();
    await queue(meanwhile);
    await deliver({
      sendBatch: async (batch) => {
        const sent = await bench.deps.sendBatch(batch);
        await database.asOwner("update recording set state = 'disposing' where id = $1", [meanwhile]);
        return sent;
      },
    });
    expect(await documentOf(meanwhile)).toMatchObject({ removed: true });
    const receipts = await inTenant((tx) => readReceipts(tx, { type: 'recording', id: meanwhile }));
    expect(receipts.map(({ operation, outcome }) => [operation, outcome])).toEqual([
      ['upsert-recording', 'done'],
      ['delete-recording', 'done'],
    ]);
  });

  test('is deleted also where a worker that died may have sent it and its delivery was called off since', async () => {
    const id = await addRetained();
    await queue(id);
    const activityId = randomUUID();
    await expect(deliver({ sendBatch: sendThenDie }, { activityId })).rejects.toThrow('killed');
    await database.asOwner(
      "update delivery set state = 'discarded', settled_at = now() where subject_id = $1",
      [id],
    );
    await deliver({}, { activityId, attempt: 2 });
    expect(await documentOf(id)).toMatchObject({ removed: false });
    await beMandatory(false);
    await restrict(id);
    await queue(id);
    await deliver();
    expect(await documentOf(id)).toMatchObject({ removed: true });
    await beMandatory(true);
  });

  test('because it is restricted is withdrawn also over a paused connection, which keeps all else waiting', async () => {
    const [id, other] = [await addRetained(), await addRetained()];
    await queue(id);
    await deliver();
    await beMandatory(false);
    await restrict(id);
    await switchTo('paused');
    await queue(id);
    await queue(other);
    expect(await deliver()).toMatchObject({ sent: 1, nextAt: null });
    expect(await documentOf(id)).toMatchObject({ removed: true });
    expect(await deliveryOf(other)).toMatchObject({ state: 'queued', attempts: 0 });
    await inTenant((tx) =>
      liftRestriction(tx, id, 'retention', {
        ...bench.deps,
        tenantId: database.tenantId,
        now: new Date(),
      }),
    );
    await queue(id);
    await switchTo('live');
    expect(await bench.activities.lifecycle.findDueQueues({})).toEqual({
      queues: [{ tenantId: database.tenantId, connectionId: bench.searchId, lane: 'live' }],
    });
    await deliver();
    expect(await documentOf(id)).toMatchObject({ removed: false });
    await beMandatory(true);
  });
});
