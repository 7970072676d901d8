import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { streamReadId } from '../ids.ts';
import { QUEUES } from '../queues.ts';

let temporal: WorkflowTest;

beforeAll(async () => {
  temporal = await openWorkflowTest();
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

test('a round has each due stream read, meets a reading that is under way, and ends without waiting for any', async () => {
  const newStream = () => ({
    tenantId: randomUUID(),
    connectionId: randomUUID(),
    stream: 'ticket-changes',
  });
  const streams = [newStream(), newStream()];
  const { promise: answer, resolve } = Promise.withResolvers<undefined>();
  const script = new ScriptedActivities({
    findDueStreams: async () => ({ streams }),
    readStream: async () => {
      await answer;
      return { outcome: 'read', events: 3 };
    },
  });
  await temporal.startWorkers(script.byKind);
  const round = () =>
    temporal.client.workflow.start('streamRound', {
      taskQueue: QUEUES.lifecycle,
      workflowId: `stream-round/${randomUUID()}`,
      args: [{}],
    });
  const first = await round();
  expect(await first.result()).toEqual({ started: 2 });
  expect(await (await round()).result()).toEqual({ started: 0 });
  resolve(undefined);
  const readings = streams.map((ref) => temporal.client.workflow.getHandle(streamReadId(ref)));
  for (const reading of readings) expect(await reading.result()).toEqual({ outcome: 'read', events: 3 });
  await keepHistory(first, 'stream-round');
  await keepHistory(readings[0]!, 'stream-read');
}, 60_000);
