import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startEventHerald } from '../../hub/webhooks/out/event-herald.ts';
import { startWebhookSending } from '../../hub/worker/start-webhook-sending.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { openTestDatabase } from '../../test/support/test-database.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { webhookSendingId } from '../ids.ts';

let temporal: WorkflowTest;

beforeAll(async () => {
  temporal = await openWorkflowTest();
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

const newRef = () => ({ tenantId: randomUUID(), endpointId: randomUUID() });
const handleOf = (ref: { readonly endpointId: string }) =>
  temporal.client.workflow.getHandle(webhookSendingId(ref));
const after = (ms: number) => new Date(Date.now() + ms).toISOString();

describe('the sending of webhooks', () => {
  test('goes on while something is due soon, once however often it is started, and ends', async () => {
    const answers = [after(0), after(200), null];
    const script = new ScriptedActivities({
      sendWebhooks: async () => ({ nextAt: answers.shift() ?? null }),
    });
    await temporal.startWorkers(script.byKind);
    const ref = newRef();
    await startWebhookSending(temporal.client, ref);
    await startWebhookSending(temporal.client, ref);
    expect(await handleOf(ref).result()).toEqual({ rounds: 3 });
    await keepHistory(handleOf(ref), 'webhook-sending');
    await startWebhookSending(temporal.client, ref);
    expect(await handleOf(ref).result()).toEqual({ rounds: 1 });
  }, 60_000);

  test('leaves to the herald what is due later, which starts it when the time has come', async () => {
    const script = new ScriptedActivities({ sendWebhooks: async () => ({ nextAt: after(3_600_000) }) });
    await temporal.startWorkers(script.byKind);
    const database = await openTestDatabase();
    const ref = { tenantId: database.tenantId, endpointId: randomUUID() };
    const herald = startEventHerald({
      db: database.db,
      listAwake: () => Promise.resolve([{ ...ref, behind: true, due: true }]),
      listTenants: () => Promise.resolve([database.tenantId]),
      send: (one) => startWebhookSending(temporal.client, one),
      now: () => new Date(),
      onFault: (error) => {
        throw error;
      },
    });
    await script.called('sendWebhooks', 2);
    await herald.stop();
    expect(await handleOf(ref).result()).toEqual({ rounds: 1 });
    await database.close();
  }, 60_000);
});
