import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { tellDeliveryRun } from '../../hub/worker/start-delivery-run.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { deliveryRunId } from '../ids.ts';

let temporal: WorkflowTest;

beforeAll(async () => {
  temporal = await openWorkflowTest();
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

const newQueue = () => ({ tenantId: randomUUID(), connectionId: randomUUID(), lane: 'live' as const });
const nothing = { sent: 0, more: false, nextAt: null, width: 2 };

test('a full queue is worked through by as many at once as the connection allows, until nothing is due', async () => {
  let left = 5;
  const script = new ScriptedActivities({
    deliverDue: async () => {
      if (left === 0) return nothing;
      left -= 1;
      return { sent: 10, more: left > 0, nextAt: null, width: 2 };
    },
  });
  await temporal.startWorkers(script.byKind);
  const queue = newQueue();
  await tellDeliveryRun(temporal.client, queue);
  const handle = temporal.client.workflow.getHandle(deliveryRunId(queue));
  expect(await handle.result()).toEqual({ sent: 50 });
  expect(script.calls[0]).toEqual({ name: 'deliverDue', input: { ...queue, batches: 1 } });
  expect(script.calls[1]).toEqual({ name: 'deliverDue', input: queue });
  await keepHistory(handle, 'delivery-run-full');
}, 60_000);

test('what is due soon is waited for, also when more is queued meanwhile; what is due later ends the run', async () => {
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  const inAMinute = new Date(Date.now() + 60_000).toISOString();
  const answers = [
    { ...nothing, nextAt: new Date(Date.now() + 200).toISOString() },
    { ...nothing, sent: 1, nextAt: inAMinute },
    { ...nothing, sent: 2, nextAt: inAnHour },
  ];
  const script = new ScriptedActivities({ deliverDue: async () => answers.shift() ?? nothing });
  await temporal.startWorkers(script.byKind);
  const queue = newQueue();
  await tellDeliveryRun(temporal.client, queue);
  await script.called('deliverDue', 2);
  await tellDeliveryRun(temporal.client, queue);
  const handle = temporal.client.workflow.getHandle(deliveryRunId(queue));
  expect((await handle.result()) as { sent: number }).toEqual({ sent: 3 });
  await keepHistory(handle, 'delivery-run-waited');
}, 60_000);

test('the sweep sets a run going on each queue in which something is due, and meets those that are at work', async () => {
  const queues = [newQueue(), newQueue()];
  const waits = { ...nothing, nextAt: new Date(Date.now() + 60_000).toISOString() };
  const script = new ScriptedActivities({
    findDueQueues: async () => ({ queues }),
    deliverDue: async () => waits,
  });
  await temporal.startWorkers(script.byKind);
  const sweep = async () =>
    temporal.client.workflow.execute('deliverySweep', {
      taskQueue: 'lifecycle',
      workflowId: `delivery-sweep/${randomUUID()}`,
      args: [{}],
    });
  expect(await sweep()).toEqual({ started: 2 });
  expect(await sweep()).toEqual({ started: 0 });
}, 60_000);
