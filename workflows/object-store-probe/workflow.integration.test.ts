import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startStoreProbe } from '../../hub/worker/start-store-probe.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { skipTime } from '../../test/support/time-skipping.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { HAS_PRODUCTION_SERVER } from '../../test/support/temporal-server.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { objectStoreProbeId } from '../ids.ts';
import { QUEUES } from '../queues.ts';
import type { objectStoreProbe } from './workflow.ts';

let temporal: WorkflowTest;

beforeAll(async () => {
  temporal = await openWorkflowTest(HAS_PRODUCTION_SERVER ? { interceptors: [skipTime] } : {});
}, 300_000);
afterAll(() => temporal.close());

async function probe(script: ScriptedActivities) {
  const workers = await temporal.startWorkers(script.byKind);
  try {
    const handle = await temporal.client.workflow.start<typeof objectStoreProbe>('objectStoreProbe', {
      args: [],
      workflowId: `object-store-probe/${randomUUID()}`,
      taskQueue: QUEUES.lifecycle,
    });
    return { handle, result: await handle.result() };
  } finally {
    await workers.stop();
  }
}

const testWithSkippedTime = HAS_PRODUCTION_SERVER ? test : test.skip;

testWithSkippedTime(
  'a probe of locks waits for the canaries, takes them away and says how many the store still keeps',
  async () => {
    const script = new ScriptedActivities({ tidyStore: async () => ({ abandoned: 1, canariesLeft: 2 }) });
    const { handle, result } = await probe(script);
    expect(result).toEqual({ verdict: 'worm', canariesLeft: 2 });
    expect(script.names).toEqual(['probeStore', 'tidyStore']);
    const { events } = await handle.fetchHistory();
    expect(events?.some(({ timerStartedEventAttributes }) => timerStartedEventAttributes !== null)).toBe(
      true,
    );
    await keepHistory(handle, 'object-store-probe');
  },
  60_000,
);

test('a store without locks is tidied at once', async () => {
  const script = new ScriptedActivities({ probeStore: async () => ({ verdict: 'no-lock' }) });
  expect((await probe(script)).result).toEqual({ verdict: 'no-lock', canariesLeft: 0 });
  expect(script.names).toEqual(['probeStore', 'tidyStore']);
}, 60_000);

test('a start that comes while another one is being probed gives that one up', async () => {
  const script = new ScriptedActivities({ probeStore: async () => ({ verdict: 'no-lock' }) });
  await startStoreProbe(temporal.client);
  const { runId } = await temporal.client.workflow.getHandle(objectStoreProbeId('start')).describe();
  await startStoreProbe(temporal.client);
  const workers = await temporal.startWorkers(script.byKind);
  try {
    const newest = temporal.client.workflow.getHandle(objectStoreProbeId('start'));
    expect(await newest.result()).toEqual({ verdict: 'no-lock', canariesLeft: 0 });
    expect(script.names).toEqual(['probeStore', 'tidyStore']);
    const given = await temporal.client.workflow.getHandle(objectStoreProbeId('start'), runId).describe();
    expect(given.status.name).toBe('TERMINATED');
  } finally {
    await workers.stop();
  }
}, 60_000);
