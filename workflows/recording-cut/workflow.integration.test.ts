import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { tellRecordingCut } from '../../hub/worker/start-recording-cut.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { cutWorkflowId } from '../ids.ts';
import { recordingCutStatus } from './messages.ts';
import type { recordingCut } from './workflow.ts';

let temporal: WorkflowTest;
beforeAll(async () => {
  temporal = await openWorkflowTest();
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

const SOON = () => new Date().toISOString();
const IN_A_DAY = () => new Date(Date.now() + 86_400_000).toISOString();

/** Answers of `advanceCut` one after the other; the last one again and again. */
function steps(...states: readonly [state: string, work: 'derive' | 'wait', nextAt: () => string][]) {
  let at = 0;
  return async () => {
    const [state, work, nextAt] = states[Math.min(at, states.length - 1)]!;
    at += 1;
    return { state: state as 'cut', over: state === 'cut', work, nextAt: nextAt() };
  };
}

async function start(script: ScriptedActivities) {
  await temporal.startWorkers(script.byKind);
  const ref = { tenantId: randomUUID(), cutId: randomUUID() };
  await tellRecordingCut(temporal.client, ref);
  const handle = temporal.client.workflow.getHandle<typeof recordingCut>(cutWorkflowId(ref));
  return { ref, handle };
}

describe('a cut that two people want', () => {
  test('is made, followed to the destruction of the old parts, and over; told again it does nothing more', async () => {
    const script = new ScriptedActivities({
      advanceCut: steps(['approved', 'derive', SOON], ['derived', 'wait', SOON], ['cut', 'wait', SOON]),
    });
    const { ref, handle } = await start(script);
    expect(await handle.result()).toEqual({ state: 'cut', nextAt: null });
    expect(script.names).toEqual(['advanceCut', 'deriveCut', 'advanceCut', 'advanceCut']);
    expect(await handle.query(recordingCutStatus)).toEqual({ state: 'cut', nextAt: null });
    await keepHistory(handle, 'recording-cut-made');
    await tellRecordingCut(temporal.client, ref); // the message came twice
    expect(await handle.result()).toMatchObject({ state: 'cut' });
    expect(script.names.filter((name) => name === 'deriveCut')).toHaveLength(1);
  }, 60_000);

  test('waits as long as something keeps it, and goes on when it is told', async () => {
    const script = new ScriptedActivities({
      advanceCut: steps(['waiting', 'wait', IN_A_DAY], ['approved', 'derive', SOON], ['cut', 'wait', SOON]),
    });
    const { ref, handle } = await start(script);
    await script.called('advanceCut');
    expect(script.names).not.toContain('deriveCut');
    await tellRecordingCut(temporal.client, ref);
    expect(await handle.result()).toMatchObject({ state: 'cut' });
    expect(script.names).toContain('deriveCut');
    await keepHistory(handle, 'recording-cut-waited');
  }, 60_000);

  test('is tried again, and not at once, where another order about the same parts was in its way', async () => {
    const script = new ScriptedActivities({
      advanceCut: steps(['approved', 'derive', SOON], ['approved', 'derive', SOON], ['cut', 'wait', SOON]),
      deriveCut: async () => ({ derived: 0 }),
    });
    const { handle } = await start(script);
    expect(await handle.result()).toMatchObject({ state: 'cut' });
    expect(script.names).toEqual(['advanceCut', 'deriveCut', 'advanceCut', 'deriveCut', 'advanceCut']);
    const { history } = await temporal.client.workflowService.getWorkflowExecutionHistory({
      namespace: temporal.client.options.namespace,
      execution: { workflowId: handle.workflowId },
    });
    const timers =
      history?.events?.filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes) ?? [];
    expect(timers).toHaveLength(1);
  }, 60_000);
});
