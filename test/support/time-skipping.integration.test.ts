import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundleWorkflows } from '../../hub/worker/bundle.ts';
import type { RunningWorkers } from '../../hub/worker/run-workers.ts';
import { toSdkLogger } from '../../hub/worker/runtime.ts';
import { QUEUES } from '../../workflows/queues.ts';
import { ScriptedActivities } from './scripted-activities.ts';
import { HAS_PRODUCTION_SERVER } from './temporal-server.ts';
import { fastForward } from './time-skipping.ts';
import { openWorkflowTest, SILENT, type WorkflowTest } from './workflow-test.ts';
import { extend, type years } from './years-workflow.ts';

const YEAR_MS = 365 * 86_400_000;
const HOUR_MS = 3_600_000;
const describeHere = HAS_PRODUCTION_SERVER ? describe : describe.skip;
let temporal: WorkflowTest;
let workers: RunningWorkers;

beforeAll(async () => {
  temporal = await openWorkflowTest();
  const workflowsPath = join(import.meta.dirname, 'years-workflow.ts');
  const bundle = await bundleWorkflows({ workflowsPath, logger: toSdkLogger(SILENT) });
  workers = await temporal.startWorkers(new ScriptedActivities().byKind, bundle);
}, 300_000);
afterAll(async () => {
  await workers?.stop();
  await temporal.close();
});

describeHere('the time of a workflow', () => {
  test('passes seven years in seconds, and a signal arrives at its date', async () => {
    const handle = await temporal.client.workflow.start<typeof years>('years', {
      args: [6 * YEAR_MS],
      workflowId: `years/${randomUUID()}`,
      taskQueue: QUEUES.lifecycle,
    });
    await fastForward(temporal, handle, 2 * YEAR_MS);
    await handle.signal(extend, YEAR_MS);
    await fastForward(temporal, handle, 5 * YEAR_MS);
    const { begun, extended, ended } = await handle.result();
    expect(Math.abs(extended[0]! - begun - 2 * YEAR_MS)).toBeLessThan(HOUR_MS);
    expect(Math.abs(ended - begun - 7 * YEAR_MS)).toBeLessThan(HOUR_MS);
  }, 60_000);
});
