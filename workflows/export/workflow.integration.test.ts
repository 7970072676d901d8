import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { endRevokedExport, startExport } from '../../hub/worker/start-export.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { exportWorkflowId } from '../ids.ts';

let temporal: WorkflowTest;

beforeAll(async () => {
  temporal = await openWorkflowTest();
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

const newRef = () => ({ tenantId: randomUUID(), exportId: randomUUID() });
const handleOf = (ref: { readonly exportId: string }) =>
  temporal.client.workflow.getHandle(exportWorkflowId(ref));

describe('an export', () => {
  test('is made once however often it is started, waits, and ends at once when it is revoked', async () => {
    const script = new ScriptedActivities();
    await temporal.startWorkers(script.byKind);
    const ref = newRef();
    await startExport(temporal.client, ref);
    await startExport(temporal.client, ref);
    await script.called('makeExport');
    expect(script.names).toEqual(['makeExport']);
    await endRevokedExport(temporal.client, ref);
    expect(await handleOf(ref).result()).toEqual({ made: true });
    expect(script.names).toEqual(['makeExport', 'endExport']);
    await keepHistory(handleOf(ref), 'export-revoked');
  }, 60_000);

  test('is taken away when its days are over', async () => {
    const script = new ScriptedActivities({
      makeExport: async () => ({ ready: true, expiresAt: new Date(Date.now() + 200).toISOString() }),
    });
    await temporal.startWorkers(script.byKind);
    const ref = newRef();
    await startExport(temporal.client, ref);
    expect(await handleOf(ref).result()).toEqual({ made: true });
    expect(script.names).toEqual(['makeExport', 'endExport']);
    await keepHistory(handleOf(ref), 'export-expired');
  }, 60_000);

  test('that cannot be made fails with the sentence of what stood in its way', async () => {
    const script = new ScriptedActivities({
      makeExport: async () => {
        throw new HoldfastError('integrity_failed', 'A part is not what was captured.');
      },
    });
    await temporal.startWorkers(script.byKind);
    const ref = newRef();
    await startExport(temporal.client, ref);
    expect(await handleOf(ref).result()).toEqual({ made: false });
    expect(script.calls.at(-1)).toEqual({
      name: 'endExport',
      input: { ...ref, failure: 'A part is not what was captured.' },
    });
    await keepHistory(handleOf(ref), 'export-failed');
  }, 60_000);

  test('whose run was lost is cleared up when it is revoked', async () => {
    const script = new ScriptedActivities({
      makeExport: async () => ({ ready: false, expiresAt: '2033-01-01T00:00:00.000Z' }),
    });
    await temporal.startWorkers(script.byKind);
    const ref = newRef();
    await endRevokedExport(temporal.client, ref);
    expect(await handleOf(ref).result()).toEqual({ made: false });
    expect(script.names).toEqual(['makeExport', 'endExport']);
  }, 60_000);
});
