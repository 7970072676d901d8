import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import { startRecordingLifecycle } from '../../hub/worker/start-recording-lifecycle.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { NODE, openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { RECORDING_ID, TENANT_ID } from '../search-attributes.ts';
import { statusQuery, type LifecycleStatus } from './messages.ts';

const RETAIN_UNTIL = '2033-01-01T00:00:00.000Z';
const away = (): HoldfastError =>
  new HoldfastError('unavailable', 'The peer is away; it is asked again.', { retryAfterMs: 50 });

let temporal: WorkflowTest;

beforeAll(async () => {
  temporal = await openWorkflowTest();
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

function newInput() {
  return { tenantId: randomUUID(), recordingId: randomUUID(), spoolNode: NODE };
}

async function start(script: ScriptedActivities, input = newInput()) {
  await temporal.startWorkers(script.byKind);
  const { workflowId } = await startRecordingLifecycle(temporal.client, input);
  return { input, handle: temporal.client.workflow.getHandle(workflowId) };
}

describe('the lifecycle of a recording', () => {
  test('stores, enriches, queues and retains, in this order, and its id and attributes hold ids only', async () => {
    const script = new ScriptedActivities({
      queueRecording: async () => ({ connectionIds: ['search', 'crm'] }),
    });
    const { input, handle } = await start(script);
    expect(await handle.result()).toEqual({
      stage: 'completed',
      enriched: true,
      deliveries: { search: 'queued', crm: 'queued' },
      retainUntil: RETAIN_UNTIL,
    });
    expect(script.names).toEqual(['storeParts', 'enrichRecording', 'queueRecording', 'retainRecording']);
    expect(handle.workflowId).toBe(`recording/${input.tenantId}/${input.recordingId}`);
    const { typedSearchAttributes } = await handle.describe();
    expect(typedSearchAttributes.get(TENANT_ID)).toBe(input.tenantId);
    expect(typedSearchAttributes.get(RECORDING_ID)).toBe(input.recordingId);
    expect((await handle.query(statusQuery)).stage).toBe('completed');
    await keepHistory(handle, 'recording-lifecycle');
  }, 60_000);

  test('tries again what may succeed later', async () => {
    let attempts = 0;
    const script = new ScriptedActivities({
      storeParts: async () => {
        attempts += 1;
        if (attempts < 3) throw away();
        return { parts: 3, bytes: 1 };
      },
    });
    const { handle } = await start(script);
    expect(((await handle.result()) as LifecycleStatus).stage).toBe('completed');
    expect(attempts).toBe(3);
  }, 60_000);

  test('retains although derived parts fail and nothing can be queued, and says so', async () => {
    const refuse = (): never => {
      throw new HoldfastError('forbidden', 'It is refused for good.');
    };
    const script = new ScriptedActivities({
      enrichRecording: async () => refuse(),
      queueRecording: async () => refuse(),
    });
    const { handle } = await start(script);
    expect(await handle.result()).toEqual({
      stage: 'completed',
      enriched: false,
      deliveries: {},
      retainUntil: RETAIN_UNTIL,
    });
    await keepHistory(handle, 'recording-lifecycle-not-queued');
  }, 60_000);

  test('fails visibly when the bytes in the spool are damaged, and may then be started again', async () => {
    let damaged = true;
    const script = new ScriptedActivities({
      storeParts: async () => {
        if (damaged) throw new HoldfastError('integrity_failed', 'A part differs from its digest.');
        return { parts: 1, bytes: 1 };
      },
    });
    const { input, handle } = await start(script);
    await expect(handle.result()).rejects.toMatchObject({
      constructor: WorkflowFailedError,
      cause: { cause: { type: 'integrity_failed', message: 'A part differs from its digest.' } },
    });
    expect(script.names).toEqual(['storeParts']);
    damaged = false;
    await startRecordingLifecycle(temporal.client, input);
    expect(((await handle.result()) as LifecycleStatus).stage).toBe('completed');
  }, 60_000);

  test('runs once however often it is started, before and after its end', async () => {
    const script = new ScriptedActivities();
    const { input, handle } = await start(script);
    await Promise.all([1, 2, 3].map(() => startRecordingLifecycle(temporal.client, input)));
    await handle.result();
    await startRecordingLifecycle(temporal.client, input);
    expect(script.names.filter((name) => name === 'storeParts')).toHaveLength(1);
  }, 60_000);
});
