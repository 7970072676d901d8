import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { startConnectionComparison } from '../../hub/worker/start-connection-comparison.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { connectionComparisonId } from '../ids.ts';

let temporal: WorkflowTest;

beforeAll(async () => {
  temporal = await openWorkflowTest();
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

test('a comparison runs once however often it is started, and again after a peer was away', async () => {
  let away = true;
  const script = new ScriptedActivities({
    compareConnection: async () => {
      if (!away) return { differences: 3 };
      away = false;
      throw new HoldfastError('unavailable', 'The peer is away.', { retryAfterMs: 10 });
    },
  });
  await temporal.startWorkers(script.byKind);
  const ref = { tenantId: randomUUID(), comparisonId: randomUUID() };
  await startConnectionComparison(temporal.client, ref);
  await startConnectionComparison(temporal.client, ref);
  const handle = temporal.client.workflow.getHandle(connectionComparisonId(ref));
  expect(await handle.result()).toEqual({ differences: 3 });
  expect(script.names.filter((name) => name === 'compareConnection')).toHaveLength(2);
  await keepHistory(handle, 'connection-comparison');
}, 60_000);
