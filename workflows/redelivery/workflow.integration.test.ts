import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { startRedelivery } from '../../hub/worker/start-redelivery.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { redeliveryWorkflowId } from '../ids.ts';

let temporal: WorkflowTest;

beforeAll(async () => {
  temporal = await openWorkflowTest();
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

test('a change is told to the object store and queued for every connection, once', async () => {
  const script = new ScriptedActivities();
  await temporal.startWorkers(script.byKind);
  const ref = { tenantId: randomUUID(), recordingId: randomUUID() };
  const messageId = randomUUID();
  await startRedelivery(temporal.client, ref, messageId);
  await startRedelivery(temporal.client, ref, messageId);
  const handle = temporal.client.workflow.getHandle(redeliveryWorkflowId(messageId));
  expect(await handle.result()).toEqual({ failed: [] });
  expect(script.calls.map(({ name }) => name).sort()).toEqual(['lockObjects', 'queueRecording']);
  expect(script.calls.map(({ input }) => input)).toEqual([ref, ref]);
  await keepHistory(handle, 'redelivery');
}, 60_000);

test('a store that refuses to lock keeps nobody from learning of the change', async () => {
  const script = new ScriptedActivities({
    lockObjects: async () => {
      throw new HoldfastError('forbidden', 'The store grants no locks.');
    },
  });
  await temporal.startWorkers(script.byKind);
  const messageId = randomUUID();
  await startRedelivery(temporal.client, { tenantId: randomUUID(), recordingId: randomUUID() }, messageId);
  const handle = temporal.client.workflow.getHandle(redeliveryWorkflowId(messageId));
  expect(await handle.result()).toEqual({ failed: [] });
  expect(script.names.filter((name) => name === 'queueRecording')).toHaveLength(1);
}, 60_000);
