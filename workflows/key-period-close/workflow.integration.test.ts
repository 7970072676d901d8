import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { skipTime } from '../../test/support/time-skipping.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { HAS_PRODUCTION_SERVER } from '../../test/support/temporal-server.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { keyPeriodCloseId } from '../ids.ts';
import { QUEUES } from '../queues.ts';
import { statusQuery } from './messages.ts';
import type { keyPeriodClose } from './workflow.ts';

/** For what lasts hours: the server skips the time. */
const testHours = HAS_PRODUCTION_SERVER ? test : test.skip;
let temporal: WorkflowTest;
let started = 0;

beforeAll(async () => {
  temporal = await openWorkflowTest(HAS_PRODUCTION_SERVER ? { interceptors: [skipTime] } : {});
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

async function start(script: ScriptedActivities) {
  await temporal.startWorkers(script.byKind);
  started += 1;
  return temporal.client.workflow.start<typeof keyPeriodClose>('keyPeriodClose', {
    args: [{ limit: 100 }],
    workflowId: keyPeriodCloseId(started),
    taskQueue: QUEUES.lifecycle,
  });
}

describe('the closing of a period of keys', () => {
  test('rotates, wraps everything anew, destroys the old roots and completes the disposals, in this order', async () => {
    let rounds = 0;
    const script = new ScriptedActivities({
      rewrapKeys: async () => {
        rounds += 1;
        return { rewrapped: 3, replaced: 1, more: rounds < 3 };
      },
    });
    const handle = await start(script);
    expect(await handle.result()).toMatchObject({
      stage: 'closed',
      periodId: 'period-1',
      rewrapped: 9,
      replaced: 3,
      completed: 2,
      waitingFor: [],
      beyondRecoveryAt: '2026-12-01T00:00:00.000Z',
    });
    expect(script.names).toEqual([
      'openKeyPeriod',
      'rewrapKeys',
      'rewrapKeys',
      'rewrapKeys',
      'destroyRoots',
      'completeDisposals',
    ]);
    await keepHistory(handle, 'key-period-close');
  }, 60_000);

  test('does nothing where there is no tenant', async () => {
    const script = new ScriptedActivities({ openKeyPeriod: async () => ({ periodId: null }) });
    expect(await (await start(script)).result()).toMatchObject({ stage: 'nothing' });
    expect(script.names).toEqual(['openKeyPeriod']);
  }, 60_000);

  testHours(
    'waits for a recorder with an old root, names it meanwhile, and wraps anew what left its spool',
    async () => {
      let asked = 0;
      const script = new ScriptedActivities({
        destroyRoots: async () => {
          asked += 1;
          return asked < 6
            ? { outcome: 'waiting' as const, blockers: ['the recorder node-7 has unsealed recordings'] }
            : { outcome: 'closed' as const, beyondRecoveryAt: '2026-12-01T00:00:00.000Z' };
        },
      });
      const handle = await start(script);
      await script.called('rewrapKeys', 3);
      expect(await handle.query(statusQuery)).toMatchObject({ periodId: 'period-1' });
      expect(await handle.result()).toMatchObject({ stage: 'closed', waitingFor: [] });
      expect(script.names.filter((name) => name === 'rewrapKeys')).toHaveLength(6);
      await keepHistory(handle, 'key-period-close-waited');
    },
    60_000,
  );
});
