import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { startPartDisposal } from '../../hub/worker/start-part-disposal.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { partDisposalWorkflowId } from '../ids.ts';
import { partDisposalStatus } from './messages.ts';
import type { partDisposal } from './workflow.ts';

let temporal: WorkflowTest;
beforeAll(async () => {
  temporal = await openWorkflowTest();
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

async function start(script: ScriptedActivities) {
  await temporal.startWorkers(script.byKind);
  const ref = { tenantId: randomUUID(), disposalId: randomUUID() };
  await startPartDisposal(temporal.client, ref);
  await startPartDisposal(temporal.client, ref); // the message came twice
  return temporal.client.workflow.getHandle<typeof partDisposal>(partDisposalWorkflowId(ref));
}

test('parts go in the order of a whole disposal, and what was derived is made anew from the rest', async () => {
  const script = new ScriptedActivities();
  const handle = await start(script);
  expect(await handle.result()).toEqual({ stage: 'certified', parts: 2 });
  expect(script.names).toEqual([
    'buryParts',
    'evictParts',
    'destroyParts',
    'destroyPartObjects',
    'certifyParts',
    'enrichRecording',
  ]);
  expect(await handle.query(partDisposalStatus)).toEqual({ stage: 'certified', parts: 2 });
  await keepHistory(handle, 'part-disposal-certified');
}, 60_000);

test('nothing is touched where a hold was there first, or came in between', async () => {
  const first = new ScriptedActivities({
    buryParts: async () => ({ outcome: 'spared', recordingId: 'recording-1' }),
  });
  const held = await start(first);
  expect(await held.result()).toMatchObject({ stage: 'spared' });
  expect(first.names).toEqual(['buryParts']);
  await keepHistory(held, 'part-disposal-held-first');
  await temporal.stopWorkers();

  const between = new ScriptedActivities({ destroyParts: async () => ({ outcome: 'spared' }) });
  const spared = await start(between);
  expect(await spared.result()).toMatchObject({ stage: 'spared' });
  expect(between.names).toEqual(['buryParts', 'evictParts', 'destroyParts']);
  await keepHistory(spared, 'part-disposal-spared');
}, 60_000);
