import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { verifyRecordings } from '../../recorder-core/records/verify-tenant.ts';
import { OutboxDispatcher } from '../../hub/worker/outbox-dispatcher.ts';
import type { RunningWorkers } from '../../hub/worker/run-workers.ts';
import { startOutboxWork } from '../../hub/worker/start-outbox-work.ts';
import { objectKey } from '../../recorder-core/capture/object-key.ts';
import { openPool } from '../../recorder-core/records/database.ts';
import { readCertificate } from '../../recorder-core/records/disposals.ts';
import type { OutboxMessage } from '../../recorder-core/records/outbox.ts';
import type { S3ObjectStore } from '../../recorder-core/vault/s3/s3-object-store.ts';
import { disposalWorkflowId, recordingWorkflowId, redeliveryWorkflowId } from '../../workflows/ids.ts';
import { QUEUES } from '../../workflows/queues.ts';
import type { retentionSweep } from '../../workflows/retention-sweep/workflow.ts';
import { placeHoldOn, releaseHoldOf } from '../support/hold-through-api.ts';
import { testLedgerKeys } from '../support/ledger-key.ts';
import { suiteTitle, type RunningPeer } from '../support/peers/peer.ts';
import { S3Stores } from '../support/peers/s3-bucket.ts';
import { versitygwPeer } from '../support/peers/versitygw.ts';
import { openActivityBench, type ActivityBench } from '../support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startTestHub, type TestHub } from '../support/test-hub.ts';
import { openWorkflowTest, type WorkflowTest } from '../support/workflow-test.ts';

const BUILD_MS = 600_000;
const { title, skip } = suiteTitle(versitygwPeer, 'a recording in a bucket with locks, with all real parts');

(skip ? describe.skip : describe)(title, () => {
  let peer: RunningPeer;
  let stores: S3Stores;
  let store: S3ObjectStore;
  let database: TestDatabase;
  let bench: ActivityBench;
  let hub: TestHub;
  let temporal: WorkflowTest;
  let workers: RunningWorkers;
  let pool: pg.Pool;
  let dispatcher: OutboxDispatcher;
  const started: OutboxMessage[] = [];
  let look: () => void = () => undefined;

  beforeAll(async () => {
    peer = await versitygwPeer.start();
    stores = new S3Stores(peer);
    store = await stores.make(true, { lock: 'governance' });
    database = await openTestDatabase();
    bench = await openActivityBench(database, { objects: store });
    hub = await startTestHub(database, { objects: store, keys: bench.keys });
    temporal = await openWorkflowTest();
    workers = await temporal.startWorkers({ ...bench.activities });
    pool = openPool(database.dispatcherUrl, 3);
    dispatcher = new OutboxDispatcher({
      pool,
      start: startOutboxWork({
        client: temporal.client,
        db: database.db,
        processEvent: () => Promise.resolve(),
        continueRemoval: () => Promise.resolve(),
      }),
      onDispatched: (message, error) => {
        if (error === undefined) started.push(message);
        look();
      },
      onFault: () => undefined,
    });
    dispatcher.start();
  }, BUILD_MS);
  afterAll(async () => {
    await dispatcher.close();
    await pool.end();
    await workers.stop();
    await temporal.close();
    await hub.close();
    await bench.close();
    await database.close();
    stores.close();
    await peer.stop();
  }, 60_000);

  const ref = (recordingId: string) => ({ tenantId: database.tenantId, recordingId });
  const resultOf = (workflowId: string): Promise<unknown> =>
    temporal.client.workflow.getHandle(workflowId).result();
  const versionsOf = (recordingId: string) =>
    Array.fromAsync(store.remainingVersions(objectKey({ region: 'eu-central', ...ref(recordingId) }, '')));

  /** Resolves when the work of so many changes of a recording is done. */
  async function changesDone(id: string, count: number): Promise<void> {
    const found = () => started.filter((one) => one.topic === 'recording.changed' && isAbout(one, id));
    await new Promise<void>((resolve) => {
      look = () => {
        if (found().length >= count) resolve();
      };
      look();
    });
    for (const { id: messageId } of found()) await resultOf(redeliveryWorkflowId(messageId));
  }

  async function retained(): Promise<string> {
    const id = await bench.capture();
    await new Promise<void>((resolve) => {
      look = () => {
        if (started.some(({ topic, payload }) => topic === 'recording.sealed' && isAbout({ payload }, id)))
          resolve();
      };
      look();
    });
    expect(await resultOf(recordingWorkflowId(ref(id)))).toMatchObject({
      stage: 'completed',
      enriched: true,
    });
    await changesDone(id, 1);
    return id;
  }

  test('is stored, verified, played, and destroyed with every version when its date has come', async () => {
    const id = await retained();
    expect(await versionsOf(id)).toHaveLength(4);
    for await (const finding of verifyRecordings(bench.deps, database.tenantId, testLedgerKeys, new Date())) {
      expect(finding).toMatchObject({ ok: true });
    }
    const officer = await hub.signIn('compliance_officer');
    const played = await officer.fetch(`/api/v1/recordings/${id}/audio`);
    expect(played.status).toBe(200);
    expect(
      Buffer.from(await played.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe('RIFF');

    await bench.makeDue(id);
    await temporal.client.workflow.execute<typeof retentionSweep>('retentionSweep', {
      args: [{ partition: 0, partitions: 1, limit: 50 }],
      workflowId: `retention-sweep/${randomBytes(8).toString('hex')}`,
      taskQueue: QUEUES.lifecycle,
    });
    expect(await resultOf(disposalWorkflowId({ ...ref(id), policyEpoch: 1 }))).toMatchObject({
      stage: 'disposed',
    });
    expect(await versionsOf(id)).toEqual([]);
    const certificate = await database.db.forTenant(database.tenantId, (tx) => readCertificate(tx, id));
    expect(certificate).toMatchObject({ evidence: { liveKeys: 0, objectsLeft: 0 } });
  }, 120_000);

  test('is under the store’s own legal hold from the moment a hold is placed until it is released', async () => {
    const id = await retained();
    const holds = async () => (await versionsOf(id)).map(({ legalHold }) => legalHold);
    const hold = await placeHoldOn(bench.deps, database.tenantId, [id]);
    await changesDone(id, 2);
    expect(await holds()).toEqual([true, true, true, true]);
    expect(await store.delete((await versionsOf(id))[0]!.key)).toBe('locked');
    await releaseHoldOf(bench.deps, database.tenantId, hold);
    await changesDone(id, 3);
    expect(await holds()).toEqual([false, false, false, false]);
  }, 120_000);
});

function isAbout({ payload }: Pick<OutboxMessage, 'payload'>, id: string): boolean {
  return 'recordingId' in payload && payload.recordingId === id;
}
