import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { QUEUES } from '../queues.ts';

let temporal: WorkflowTest;

beforeAll(async () => {
  temporal = await openWorkflowTest();
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

test('a round asks once for what is due and says for how many', async () => {
  const script = new ScriptedActivities({ askDueComparisons: async () => ({ asked: 3 }) });
  await temporal.startWorkers(script.byKind);
  const round = await temporal.client.workflow.start('comparisonRound', {
    taskQueue: QUEUES.lifecycle,
    workflowId: `comparison-round/${randomUUID()}`,
    args: [{}],
  });
  expect(await round.result()).toEqual({ asked: 3 });
  expect(script.names).toEqual(['askDueComparisons']);
  await keepHistory(round, 'comparison-round');
}, 60_000);
