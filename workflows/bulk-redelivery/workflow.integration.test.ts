import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { startBulkRedelivery } from '../../hub/worker/start-redelivery.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { bulkRedeliveryId } from '../ids.ts';

let temporal: WorkflowTest;

beforeAll(async () => {
  temporal = await openWorkflowTest();
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

const many = () => ({ tenantId: randomUUID(), recordingIds: [randomUUID(), randomUUID(), randomUUID()] });

test('what one act has changed of many recordings is told to the object store and queued for every connection, once', async () => {
  const script = new ScriptedActivities();
  await temporal.startWorkers(script.byKind);
  const ref = many();
  const messageId = randomUUID();
  await startBulkRedelivery(temporal.client, ref, messageId);
  await startBulkRedelivery(temporal.client, ref, messageId);
  const handle = temporal.client.workflow.getHandle(bulkRedeliveryId(messageId));
  expect(await handle.result()).toEqual({ unlocked: 0 });
  expect(script.calls.map(({ name }) => name).sort()).toEqual(['lockManyObjects', 'queueRecordings']);
  expect(script.calls.map(({ input }) => input)).toEqual([ref, ref]);
}, 60_000);

test('a recording that the store refuses to lock is asked for by itself, and keeps nobody from learning of the change', async () => {
  const ref = many();
  const [refused, slow] = ref.recordingIds as [string, string];
  const script = new ScriptedActivities({
    lockManyObjects: async () => ({ failed: [refused, slow] }),
    lockObjects: async ({ recordingId }) => {
      if (recordingId === refused) throw new HoldfastError('forbidden', 'The store grants no locks.');
      return { locked: 3 };
    },
  });
  await temporal.startWorkers(script.byKind);
  const messageId = randomUUID();
  await startBulkRedelivery(temporal.client, ref, messageId);
  const handle = temporal.client.workflow.getHandle(bulkRedeliveryId(messageId));
  expect(await handle.result()).toEqual({ unlocked: 1 });
  const asked = script.calls.filter(({ name }) => name === 'lockObjects').map(({ input }) => input);
  expect(asked).toEqual([refused, slow].map((recordingId) => ({ tenantId: ref.tenantId, recordingId })));
  expect(script.names.filter((name) => name === 'queueRecordings')).toHaveLength(1);
  await keepHistory(handle, 'bulk-redelivery-refused');
}, 60_000);
