import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningWorkers } from '../../hub/worker/run-workers.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { skipTime } from '../../test/support/skip-time.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { HAS_PRODUCTION_SERVER } from '../../test/support/temporal-server.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { disposalWorkflowId } from '../ids.ts';
import { QUEUES } from '../queues.ts';
import { statusQuery } from './messages.ts';
import type { disposal } from './workflow.ts';

/** For what lasts hours: the server skips the time. */
const testHours = HAS_PRODUCTION_SERVER ? test : test.skip;
let temporal: WorkflowTest;
let workers: RunningWorkers | undefined;

beforeAll(async () => {
  temporal = await openWorkflowTest(HAS_PRODUCTION_SERVER ? { interceptors: [skipTime] } : {});
}, 300_000);
afterEach(async () => {
  await workers?.stop();
  workers = undefined;
});
afterAll(() => temporal.close());

async function start(script: ScriptedActivities) {
  workers = await temporal.startWorkers(script.byKind);
  const ref = { tenantId: randomUUID(), recordingId: randomUUID(), policyEpoch: 1 };
  return temporal.client.workflow.start<typeof disposal>('disposal', {
    args: [ref],
    workflowId: disposalWorkflowId(ref),
    taskQueue: QUEUES.lifecycle,
  });
}

describe('a disposal', () => {
  test('destroys the keys before anything else and certifies after everything else', async () => {
    const script = new ScriptedActivities({
      listDeliveries: async () => ({ connectionIds: ['search', 'crm'] }),
    });
    const handle = await start(script);
    expect(await handle.result()).toEqual({
      stage: 'disposed',
      withdrawals: { search: 'done', crm: 'done' },
      ledgerIndex: 7,
    });
    expect(script.names[0]).toBe('destroyKeys');
    expect(script.names.at(-1)).toBe('certifyDisposal');
    expect([...script.names].sort()).toEqual([
      'certifyDisposal',
      'destroyKeys',
      'destroyObjects',
      'listDeliveries',
      'withdrawRecording',
      'withdrawRecording',
    ]);
    expect((await handle.query(statusQuery)).stage).toBe('disposed');
    await keepHistory(handle, 'disposal-certified');
  }, 60_000);

  test('ends without touching anything when a hold came in between', async () => {
    const script = new ScriptedActivities({ destroyKeys: async () => ({ outcome: 'spared' }) });
    const handle = await start(script);
    expect(await handle.result()).toEqual({ stage: 'spared', withdrawals: {}, ledgerIndex: null });
    expect(script.names).toEqual(['destroyKeys']);
    await keepHistory(handle, 'disposal-spared');
  }, 60_000);

  test('is certified with the outcome of a connection that refuses, and of one that fails for good', async () => {
    const script = new ScriptedActivities({
      listDeliveries: async () => ({ connectionIds: ['a', 'b'] }),
      withdrawRecording: async ({ connectionId }) => {
        if (connectionId === 'a') return { outcome: 'rejected' };
        throw new HoldfastError('forbidden', 'The peer refuses this connection.');
      },
    });
    const handle = await start(script);
    expect(await handle.result()).toEqual({
      stage: 'disposed',
      withdrawals: { a: 'rejected', b: 'failed' },
      ledgerIndex: 7,
    });
  }, 60_000);

  testHours(
    'asks again, hours later, while the outcome of a withdrawal is not known',
    async () => {
      let asked = 0;
      const script = new ScriptedActivities({
        withdrawRecording: async () => {
          asked += 1;
          return { outcome: asked < 4 ? 'unknown' : 'done' };
        },
      });
      const handle = await start(script);
      expect(await handle.result()).toMatchObject({ stage: 'disposed', withdrawals: { search: 'done' } });
      expect(asked).toBe(4);
      await keepHistory(handle, 'disposal-asked-again');
    },
    60_000,
  );

  testHours(
    'says that the outcome stayed unknown when it never becomes known',
    async () => {
      const script = new ScriptedActivities({ withdrawRecording: async () => ({ outcome: 'unknown' }) });
      const handle = await start(script);
      expect(await handle.result()).toMatchObject({ stage: 'disposed', withdrawals: { search: 'unknown' } });
    },
    60_000,
  );
});
