import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
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
afterAll(() => temporal.close());

test('a change is told to every connection once, and those that could not be told are named', async () => {
  const script = new ScriptedActivities({
    listDeliveries: async () => ({ connectionIds: ['a', 'b', 'c'] }),
    deliverRecording: async ({ connectionId }) => {
      if (connectionId !== 'b') return { outcome: 'done' };
      throw new HoldfastError('forbidden', 'The peer refuses this connection.');
    },
  });
  const workers = await temporal.startWorkers(script.byKind);
  try {
    const ref = { tenantId: randomUUID(), recordingId: randomUUID() };
    const messageId = randomUUID();
    await startRedelivery(temporal.client, ref, messageId);
    await startRedelivery(temporal.client, ref, messageId);
    const handle = temporal.client.workflow.getHandle(redeliveryWorkflowId(messageId));
    expect(await handle.result()).toEqual({ failed: ['b'] });
    expect(script.names.filter((name) => name === 'deliverRecording')).toHaveLength(3);
    await keepHistory(handle, 'redelivery');
  } finally {
    await workers.stop();
  }
}, 60_000);
