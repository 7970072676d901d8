import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import type pg from 'pg';
import { verifyLedger, verifyRecordings } from '../../recorder-core/records/verify-tenant.ts';
import { startTracing, type Tracing } from '../../hub/observability/tracing.ts';
import { openTemporalClient, type TemporalClient } from '../../hub/worker/client.ts';
import { OutboxDispatcher } from '../../hub/worker/outbox-dispatcher.ts';
import type { RunningWorkers } from '../../hub/worker/run-workers.ts';
import { startOutboxWork } from '../../hub/worker/start-outbox-work.ts';
import { openPool } from '../../recorder-core/records/database.ts';
import { readCertificate } from '../../recorder-core/records/disposals.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { openPart } from '../../recorder-core/records/open-part.ts';
import type { OutboxMessage } from '../../recorder-core/records/outbox.ts';
import { readParts } from '../../recorder-core/records/parts.ts';
import { listRecordings } from '../../recorder-core/records/recordings.ts';
import { disposalWorkflowId, recordingWorkflowId, redeliveryWorkflowId } from '../../workflows/ids.ts';
import { QUEUES } from '../../workflows/queues.ts';
import type { retentionSweep } from '../../workflows/retention-sweep/workflow.ts';
import { placeHoldOn, releaseHoldOf } from '../support/hold-through-api.ts';
import { openActivityBench, type ActivityBench, type CaptureOptions } from '../support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { openWorkflowTest, TEST_KEYS, type WorkflowTest } from '../support/workflow-test.ts';
import { testLedgerKeys } from '../support/ledger-key.ts';

let database: TestDatabase;
let bench: ActivityBench;
let temporal: WorkflowTest;
let workers: RunningWorkers;
let traced: TemporalClient;
let tracing: Tracing;
const spans = new InMemorySpanExporter();

/** The dispatcher of one test, and what it has started. */
let pool: pg.Pool;
let dispatcher: OutboxDispatcher;
let started: OutboxMessage[];
let look: () => void;

beforeAll(async () => {
  tracing = startTracing('test', { exporter: spans });
  database = await openTestDatabase();
  bench = await openActivityBench(database);
  temporal = await openWorkflowTest();
  workers = await temporal.startWorkers({ ...bench.activities });
  traced = openTemporalClient({ address: temporal.address, namespace: temporal.namespace, keys: TEST_KEYS });
}, 300_000);
afterAll(async () => {
  await traced.close();
  await workers.stop();
  await temporal.close();
  await bench.close();
  await database.close();
  await tracing.close();
});
beforeEach(() => {
  started = [];
  look = () => undefined;
  pool = openPool(database.dispatcherUrl, 3);
  dispatcher = new OutboxDispatcher({
    pool,
    start: startOutboxWork({
      client: traced.client,
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
});
afterEach(async () => {
  await dispatcher.close();
  await pool.end();
});

const ref = (recordingId: string) => ({ tenantId: database.tenantId, recordingId });
const resultOf = (workflowId: string): Promise<unknown> =>
  temporal.client.workflow.getHandle(workflowId).result();
const asTenant: TestDatabase['db']['forTenant'] = (...args) => database.db.forTenant(...args);
const find = async (word: string): Promise<string[]> =>
  (await asTenant(database.tenantId, (tx) => listRecordings(tx, { words: [word], limit: 10 }))).map(
    ({ id }) => id,
  );
const actsOf = async (id: string): Promise<string[]> =>
  (await asTenant(database.tenantId, (tx) => readLeavesAbout(tx, id))).map(({ act }) => act);
const indexed = async (id: string) =>
  (
    await database.asOwner<{ revision: number; held: boolean; removed: boolean; words: string }>(
      'select revision::int, held, removed, words from search_document where recording_id = $1',
      [id],
    )
  )[0];

/** Resolves with the next message of a topic about a recording, when its work was started. */
async function untilStarted(id: string, topic: OutboxMessage['topic'], count = 1): Promise<OutboxMessage> {
  const found = (): OutboxMessage[] =>
    started.filter(
      (message) =>
        message.topic === topic && 'recordingId' in message.payload && message.payload.recordingId === id,
    );
  await new Promise<void>((resolve) => {
    look = () => {
      if (found().length >= count) resolve();
    };
    look();
  });
  return found().at(-1)!;
}

/** Resolves when the redelivery of a message is done, and what it queued was delivered. */
async function told({ id: messageId }: OutboxMessage, id: string): Promise<void> {
  expect(await resultOf(redeliveryWorkflowId(messageId))).toEqual({ failed: [] });
  await database.waitFor(
    "select from delivery where subject_id = $1 having count(*) > 0 and bool_and(state = 'done')",
    [id],
  );
}

/** A recording that has gone the whole way: retained, and known to the connected system as it is. */
async function retained(options: CaptureOptions): Promise<string> {
  const id = await bench.capture(options);
  await untilStarted(id, 'recording.sealed');
  expect(await resultOf(recordingWorkflowId(ref(id)))).toMatchObject({
    stage: 'completed',
    enriched: true,
    deliveries: { [bench.searchId]: 'queued' },
  });
  await told(await untilStarted(id, 'recording.changed'), id);
  return id;
}

/** Runs the sweep as its Schedule does. */
function sweep(): Promise<{ claimed: number }> {
  return temporal.client.workflow.execute<typeof retentionSweep>('retentionSweep', {
    args: [{ partition: 0, partitions: 1, limit: 50 }],
    workflowId: `retention-sweep/${randomBytes(8).toString('hex')}`,
    taskQueue: QUEUES.lifecycle,
  });
}

describe('a recording, with the real workflows, activities, database and stores', () => {
  test('goes from the spool to the object store, is enriched, indexed and retained, and the index learns its date', async () => {
    const id = await retained({ names: ['Ana', 'Valentin Vogelsang'] });
    const recording = await bench.read(id);
    expect(recording).toMatchObject({ state: 'retained', retention: { outcome: 'RETAIN' } });
    expect(recording.retainUntil).not.toBeNull();
    expect(await find('vogelsang')).toEqual([id]);
    expect(await indexed(id)).toMatchObject({ revision: recording.revision, removed: false });
    const parts = await asTenant(database.tenantId, (tx) => readParts(tx, id));
    expect(parts.map(({ kind, store }) => `${kind} in ${store}`)).toEqual([
      'media in objects',
      'media in objects',
      'metadata in objects',
      'waveform in objects',
    ]);
    expect(await readdir(bench.spool)).toEqual([]);
    // Delivered once, or twice where retention took longer than the first delivery waits for it.
    expect([...new Set(await actsOf(id))]).toEqual([
      'recording.sealed',
      'recording.stored',
      'recording.derived',
      'delivery.done',
    ]);
  }, 60_000);

  test('whose date has come is destroyed with its keys, leaves the index, and keeps its certificate', async () => {
    const id = await retained({ names: ['Ana', 'Ulrike Unterberg'] });
    const parts = await asTenant(database.tenantId, (tx) => readParts(tx, id));
    await bench.makeDue(id);
    expect(await sweep()).toEqual({ claimed: 1 });
    const disposed = await resultOf(disposalWorkflowId({ ...ref(id), policyEpoch: 1 }));
    expect(disposed).toMatchObject({ stage: 'disposed', withdrawals: { [bench.searchId]: 'done' } });

    expect(await bench.read(id)).toMatchObject({ state: 'disposed', callId: null });
    expect(await find('unterberg')).toEqual([]);
    expect(await indexed(id)).toMatchObject({ removed: true, words: '' });
    for (const part of parts) {
      await expect(openPart(bench.deps, database.tenantId, part)).rejects.toMatchObject({ code: 'gone' });
      expect(await bench.deps.objects.head(part.objectKey)).toBeUndefined();
    }
    const certificate = await asTenant(database.tenantId, (tx) => readCertificate(tx, id));
    expect(certificate).toMatchObject({
      policyEpoch: 1,
      ledgerIndex: (disposed as { ledgerIndex: number }).ledgerIndex,
      evidence: {
        liveKeys: 0,
        objectsLeft: 0,
        connections: [{ connectionId: bench.searchId, outcome: 'done' }],
      },
    });
    const key = testLedgerKeys;
    expect(await verifyLedger(bench.deps, database.tenantId, key, new Date())).toMatchObject({ ok: true });
    for await (const finding of verifyRecordings(bench.deps, database.tenantId, key, new Date())) {
      expect(finding).toMatchObject({ ok: true });
    }
    expect(await sweep()).toEqual({ claimed: 0 });
  }, 60_000);

  test('that is held stays although its date has come; released, it stays for the grace; connected systems learn both', async () => {
    const id = await retained({ names: ['Ana', 'Traugott Tannenbaum'] });
    await bench.makeDue(id);
    const hold = await placeHoldOn(bench.deps, database.tenantId, [id]);
    await told(await untilStarted(id, 'recording.changed', 2), id);
    expect(await indexed(id)).toMatchObject({ held: true, revision: (await bench.read(id)).revision });
    expect(await sweep()).toEqual({ claimed: 0 });
    expect(await bench.read(id)).toMatchObject({ state: 'retained', held: true });

    await releaseHoldOf(bench.deps, database.tenantId, hold);
    await told(await untilStarted(id, 'recording.changed', 3), id);
    expect(await indexed(id)).toMatchObject({ held: false });
    expect(await sweep()).toEqual({ claimed: 0 });
    const kept = await bench.read(id);
    expect(kept).toMatchObject({ state: 'retained', held: false });
    expect(Date.parse(kept.retainUntil!)).toBeGreaterThan(Date.now() + 29 * 86_400_000);
    expect(await find('tannenbaum')).toEqual([id]);
  }, 60_000);

  test('takes its lifecycle into the trace of the call', async () => {
    const traceId = randomBytes(16).toString('hex');
    const spanId = randomBytes(8).toString('hex');
    const id = await bench.capture({ trace: { traceparent: `00-${traceId}-${spanId}-01` } });
    await untilStarted(id, 'recording.sealed');
    await resultOf(recordingWorkflowId(ref(id)));
    const start = spans
      .getFinishedSpans()
      .find((span) => span.name.startsWith('StartWorkflow') && span.spanContext().traceId === traceId);
    expect(start?.parentSpanId).toBe(spanId);
  }, 60_000);
});
