import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { startTestTemporal, TEMPORAL_YAML, type TestTemporal } from '../../test/support/temporal-server.ts';
import { installTestRuntime, NODE, SILENT, TEST_KEYS } from '../../test/support/workflow-test.ts';
import { openDataConverter } from '../worker/data-converter.ts';
import { runWorkers } from '../worker/run-workers.ts';
import { until } from '../processes/process-control.ts';
import { applyDesiredState } from './apply.ts';
import { readDesiredState, type DesiredState } from './desired-state.ts';

const dataConverter = openDataConverter(TEST_KEYS);
let temporal: TestTemporal;
let connection: Connection;
let shipped: DesiredState;
let namespace: string;
let client: Client;

beforeAll(async () => {
  installTestRuntime();
  temporal = await startTestTemporal();
  connection = await Connection.connect({ address: temporal.address });
  shipped = await readDesiredState(TEMPORAL_YAML);
}, 300_000);
beforeEach(() => {
  namespace = `apply-${randomUUID()}`;
  client = new Client({ connection, namespace, dataConverter });
});
afterAll(async () => {
  await connection.close();
  await temporal.stop();
});

const apply = (desired = shipped, dryRun = false) =>
  applyDesiredState({ connection, desired, dataConverter, namespace, dryRun });
const inShort = async (changes: ReturnType<typeof apply>) =>
  (await changes).map(({ action, kind, name }) => `${action} ${kind} ${name}`);

function withSweep(changes: Partial<DesiredState['schedules'][string]>): DesiredState {
  return {
    ...shipped,
    schedules: { 'retention-sweep': { ...shipped.schedules['retention-sweep']!, ...changes } },
  };
}

test('a dry run tells the whole plan and makes nothing', async () => {
  const plan = await inShort(apply(shipped, true));
  expect(plan).toEqual([
    `create namespace ${namespace}`,
    'create search attribute TenantId',
    'create search attribute RecordingId',
    'create schedule retention-sweep/0',
    'create schedule retention-sweep/1',
    'create schedule delivery-sweep/0',
    'create schedule stream-round/0',
    'create schedule comparison-round/0',
    'create schedule key-period-close/0',
    'create schedule object-store-probe/0',
    'create schedule compliance-round/0',
  ]);
  await expect(connection.workflowService.describeNamespace({ namespace })).rejects.toMatchObject({
    code: 5,
  });
  expect(await inShort(apply())).toEqual(plan);
}, 60_000);

test('applying twice changes nothing the second time', async () => {
  await apply();
  expect(await apply()).toEqual([]);
}, 60_000);

test('differences are corrected, with what was and what shall be, and nobody else’s schedule is touched', async () => {
  await apply(withSweep({}));
  await client.schedule.create({
    scheduleId: 'of-an-operator',
    spec: { intervals: [{ every: '1 day' }] },
    action: { type: 'startWorkflow', workflowType: 'disposal', taskQueue: 'lifecycle', args: [] },
  });
  await client.schedule.getHandle('retention-sweep/0').pause('on purpose');
  const changed: DesiredState = {
    ...withSweep({ every: 30_000, partitions: 1 }),
    namespace: { ...shipped.namespace, retention: 3 * 86_400_000 },
  };
  await until(async () => (await managed()).length === 2, 45_000, 'the schedules to be listed');
  expect(await inShort(apply(changed))).toEqual([
    `update namespace ${namespace}`,
    'update schedule retention-sweep/0',
    'delete schedule retention-sweep/1',
  ]);
  expect(await apply(changed)).toEqual([]);
  const left = await client.schedule.getHandle('retention-sweep/0').describe();
  expect(left.spec.intervals).toEqual([{ every: 30_000, offset: 0 }]);
  expect(left.state.paused).toBe(true);
  await client.schedule.getHandle('of-an-operator').describe();
}, 60_000);

test('a search attribute that exists with another type is refused', async () => {
  await apply({ ...shipped, searchAttributes: { TenantId: 'Int' }, schedules: {} });
  await expect(apply()).rejects.toMatchObject({ code: 'conflict', field: 'searchAttributes.TenantId' });
}, 60_000);

test('the schedule sweeps its partition with the declared input', async () => {
  await apply();
  const script = new ScriptedActivities();
  const workers = await runWorkers({
    address: temporal.address,
    namespace,
    desired: shipped,
    keys: TEST_KEYS,
    kinds: ['lifecycle'],
    node: NODE,
    activities: script.byKind,
    logger: SILENT,
    makeCurrent: true,
  });
  try {
    await client.schedule.getHandle('retention-sweep/1').trigger();
    const claimOf = (partition: number) =>
      script.calls.find(({ input }) => (input as { partition?: number }).partition === partition);
    await until(() => claimOf(1) !== undefined, 45_000, 'the sweep of partition 1');
    expect(claimOf(1)).toEqual({ name: 'claimDue', input: { partition: 1, partitions: 2, limit: 500 } });
  } finally {
    await workers.stop();
  }
}, 60_000);

async function managed(): Promise<string[]> {
  const ids: string[] = [];
  for await (const { scheduleId, memo } of client.schedule.list()) {
    if (memo?.['managedBy'] === 'temporal.yaml') ids.push(scheduleId);
  }
  return ids;
}
