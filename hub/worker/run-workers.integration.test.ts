import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Resource } from '@opentelemetry/resources';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import {
  NODE,
  openWorkflowTest,
  SILENT,
  TEST_KEYS,
  type WorkflowTest,
} from '../../test/support/workflow-test.ts';
import { inSpan, startTracing } from '../observability/tracing.ts';
import { keptBundle } from './kept-bundle.ts';
import { openTemporalClient } from './client.ts';
import { runWorkers, type RunningWorkers } from './run-workers.ts';
import { toSdkLogger } from './runtime.ts';
import { startRecordingLifecycle } from './start-recording-lifecycle.ts';

let temporal: WorkflowTest;
let workers: RunningWorkers | undefined;

beforeAll(async () => {
  temporal = await openWorkflowTest();
}, 300_000);
afterEach(async () => {
  await workers?.stop();
  workers = undefined;
});
afterAll(() => temporal.close());

const newInput = () => ({ tenantId: randomUUID(), recordingId: randomUUID(), spoolNode: NODE });

async function start(input = newInput()) {
  const { workflowId } = await startRecordingLifecycle(temporal.client, input);
  return temporal.client.workflow.getHandle(workflowId);
}

describe('what the server gets to see', () => {
  test('is no input, no result and no text of a failure', async () => {
    const canary = 'canary-4711';
    let failed = false;
    const script = new ScriptedActivities({
      storeParts: async () => {
        if (failed) return { parts: 1, bytes: 1 };
        failed = true;
        throw new HoldfastError('unavailable', `Foreseen ${canary}.`, { retryAfterMs: 10 });
      },
      enrichRecording: () => Promise.reject(new HoldfastError('forbidden', `For good ${canary}.`)),
      queueRecording: async () => ({ connectionIds: [canary] }),
      retainRecording: async () => ({ retainUntil: canary }),
    });
    workers = await temporal.startWorkers(script.byKind);
    const handle = await start();
    expect(await handle.result()).toMatchObject({ retainUntil: canary });
    const history = await handle.fetchHistory();
    const text = everyByte(history).toString('latin1');
    expect(text).not.toContain(canary);
    expect(text).not.toContain('spoolNode');
    expect(text).not.toMatch(/\.ts:\d+/); // stack traces
    expect(text).toContain('binary/encrypted');
    const withoutKey = openTemporalClient({
      address: temporal.address,
      namespace: temporal.namespace,
      keys: { activeKeyId: 'other', keys: new Map([['other', Buffer.alloc(32, 1)]]) },
    });
    await expect(withoutKey.client.workflow.getHandle(handle.workflowId).result()).rejects.toMatchObject({
      code: 'key_unavailable',
    });
    await withoutKey.close();
  }, 60_000);

  test('is not the text of an error that nobody foresaw, which only the log has', async () => {
    let failed = false;
    const script = new ScriptedActivities({
      retainRecording: async () => {
        if (failed) return { retainUntil: null };
        failed = true;
        throw new TypeError('canary-4712');
      },
    });
    workers = await temporal.startWorkers(script.byKind);
    const handle = await start();
    expect(await handle.result()).toMatchObject({ retainUntil: null });
    expect(everyByte(await handle.fetchHistory()).toString('latin1')).not.toContain('canary-4712');
  }, 60_000);
});

describe('a worker', () => {
  test('that is killed in the middle loses nothing: another goes on where it was', async () => {
    const program = join(import.meta.dirname, '../../test/support/killable-worker.ts');
    const child = spawn(process.execPath, [program, temporal.address, temporal.namespace], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const handle = await start();
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    expect(said.toString()).toBe('enriching\n');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const script = new ScriptedActivities();
    workers = await temporal.startWorkers(script.byKind);
    expect(await handle.result()).toMatchObject({ stage: 'completed', enriched: true });
    expect(script.names).not.toContain('storeParts'); // done before the kill, and not again
    expect(script.names).toContain('enrichRecording');
  }, 90_000);

  test('ends only when its running activities have ended', async () => {
    let finish = (): void => undefined;
    const running = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const script = new ScriptedActivities({
      enrichRecording: () => running.then(() => ({ derivedParts: 1 })),
    });
    const first = await temporal.startWorkers(script.byKind);
    const handle = await start();
    await script.called('enrichRecording');
    const stopping = first.stop();
    finish();
    await stopping;
    workers = await temporal.startWorkers(script.byKind);
    expect(await handle.result()).toMatchObject({ enriched: true });
    expect(script.names.filter((name) => name === 'enrichRecording')).toHaveLength(1);
  }, 60_000);

  test('of a new version, made current, takes over the open runs of one whose workers are gone', async () => {
    let derive = (): void => undefined;
    const derived = new Promise<void>((resolve) => {
      derive = resolve;
    });
    const bundle = await keptBundle(toSdkLogger(SILENT));
    const script = new ScriptedActivities({
      enrichRecording: () => derived.then(() => ({ derivedParts: 1 })),
    });
    const { lifecycle, ...others } = script.byKind;
    workers = await temporal.startWorkers(others);
    const before = await temporal.startWorkers({ lifecycle }, bundle);
    const handle = await start();
    await script.called('enrichRecording');
    await before.stop();
    const after = await temporal.startWorkers({ lifecycle }, { ...bundle, buildId: 'next' });
    derive();
    expect(await handle.result()).toMatchObject({ stage: 'completed' });
    await after.stop();
    expect([before.buildId, after.buildId]).toEqual([bundle.buildId, 'next']);
    const { raw } = await handle.describe();
    expect(raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion).toMatchObject({
      deploymentName: 'holdfast',
      buildId: 'next',
    });
  }, 60_000);

  test('refuses a queue that temporal.yaml does not declare', async () => {
    await expect(temporal.startWorkers({ nonsense: {} })).rejects.toMatchObject({ code: 'config_invalid' });
  });
});

test('one trace leads from the start through the workflow into its activities', async () => {
  const exporter = new InMemorySpanExporter();
  const tracing = startTracing('test', { exporter });
  const { client, close } = openTemporalClient({
    address: temporal.address,
    namespace: temporal.namespace,
    keys: TEST_KEYS,
  });
  const script = new ScriptedActivities();
  workers = await runWorkers({
    address: temporal.address,
    namespace: temporal.namespace,
    desired: temporal.desired,
    keys: TEST_KEYS,
    kinds: Object.keys(script.byKind),
    node: NODE,
    activities: script.byKind,
    logger: SILENT,
    tracing: { exporter, resource: new Resource({}) },
    makeCurrent: true,
  });
  const traceId = await inSpan('sealed', {}, async (span) => {
    const { workflowId } = await startRecordingLifecycle(client, newInput());
    await client.workflow.getHandle(workflowId).result();
    return span.spanContext().traceId;
  });
  await workers.stop();
  const names = exporter
    .getFinishedSpans()
    .filter((span) => span.spanContext().traceId === traceId)
    .map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'sealed',
      'StartWorkflow:recordingLifecycle',
      'RunWorkflow:recordingLifecycle',
      'RunActivity:storeParts',
      'RunActivity:retainRecording',
    ]),
  );
  await close();
  await tracing.close();
}, 60_000);

/** All strings and bytes anywhere in a history, one after another. */
function everyByte(value: unknown): Buffer {
  if (typeof value === 'string') return Buffer.from(value);
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value !== 'object' || value === null) return Buffer.alloc(0);
  return Buffer.concat(
    Object.entries(value).map(([key, inner]) => Buffer.concat([Buffer.from(key), everyByte(inner)])),
  );
}
