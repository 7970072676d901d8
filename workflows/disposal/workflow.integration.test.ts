import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { skipTime } from '../../test/support/time-skipping.ts';
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

beforeAll(async () => {
  temporal = await openWorkflowTest(HAS_PRODUCTION_SERVER ? { interceptors: [skipTime] } : {});
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

async function start(script: ScriptedActivities, more: { readonly keysAtLatestMs?: number } = {}) {
  await temporal.startWorkers(script.byKind);
  const ref = { tenantId: randomUUID(), recordingId: randomUUID(), policyEpoch: 1 };
  return temporal.client.workflow.start<typeof disposal>('disposal', {
    args: [{ ...ref, ...more }],
    workflowId: disposalWorkflowId(ref),
    taskQueue: QUEUES.lifecycle,
  });
}

describe('a disposal', () => {
  test('asks every connection first, then buries, has every process let go and destroys the keys, and certifies last', async () => {
    const script = new ScriptedActivities({
      listDeliveries: async () => ({ connectionIds: ['search', 'crm'] }),
    });
    const handle = await start(script);
    expect(await handle.result()).toEqual({
      stage: 'disposed',
      withdrawals: { search: 'done', crm: 'done' },
      ledgerIndex: 7,
    });
    expect(script.names).toEqual([
      'confirmDisposal',
      'listDeliveries',
      'withdrawRecording',
      'withdrawRecording',
      'writeTombstone',
      'evictKeys',
      'destroyKeys',
      'destroyObjects',
      'certifyDisposal',
    ]);
    expect((await handle.query(statusQuery)).stage).toBe('disposed');
    await keepHistory(handle, 'disposal-keys-last');
  }, 60_000);

  test('ends without touching the keys when a hold came in between', async () => {
    const script = new ScriptedActivities({ destroyKeys: async () => ({ outcome: 'spared' }) });
    const handle = await start(script);
    expect(await handle.result()).toEqual({
      stage: 'spared',
      withdrawals: { search: 'done' },
      ledgerIndex: null,
    });
    expect(script.names.slice(-3)).toEqual(['writeTombstone', 'evictKeys', 'destroyKeys']);
    await keepHistory(handle, 'disposal-keys-last-spared');
  }, 60_000);

  test('ends before anybody is asked for anything when a hold was there first', async () => {
    const script = new ScriptedActivities({ confirmDisposal: async () => ({ outcome: 'spared' }) });
    const handle = await start(script);
    expect(await handle.result()).toMatchObject({ stage: 'spared' });
    expect(script.names).toEqual(['confirmDisposal']);
    await keepHistory(handle, 'disposal-keys-last-held-first');
  }, 60_000);

  testHours(
    'takes the keys after the stated time although a connection has not answered, and asks it on',
    async () => {
      let asked = 0;
      const script = new ScriptedActivities({
        listDeliveries: async () => ({ connectionIds: ['search', 'away'] }),
        withdrawRecording: async ({ connectionId }) => {
          if (connectionId === 'search') return { outcome: 'done' };
          asked += 1;
          return { outcome: asked < 4 ? 'unknown' : 'done' };
        },
      });
      const handle = await start(script, { keysAtLatestMs: 30 * 60_000 });
      expect(await handle.result()).toMatchObject({
        stage: 'disposed',
        withdrawals: { search: 'done', away: 'done' },
      });
      const keysAt = script.names.indexOf('destroyKeys');
      const withdrawals = script.names.flatMap((name, at) => (name === 'withdrawRecording' ? [at] : []));
      expect(withdrawals.filter((at) => at < keysAt)).toHaveLength(4); // the other's, and three in half an hour
      expect(withdrawals.filter((at) => at > keysAt)).toHaveLength(1);
      expect(script.names.at(-1)).toBe('certifyDisposal');
      await keepHistory(handle, 'disposal-keys-before-an-answer');
    },
    60_000,
  );

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
      await keepHistory(handle, 'disposal-keys-last-asked-again');
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
