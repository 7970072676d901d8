import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { freePort } from '../../hub/processes/free-port.ts';
import { until } from '../../hub/processes/process-control.ts';
import { recordingWorkflowId } from '../../workflows/ids.ts';
import { processesNaming } from '../support/processes-naming.ts';
import { runToEnd, type RunningProduct } from '../support/running-product.ts';

/** A whole product that runs, and where its codec server is. */
export interface OperatedProduct {
  product: RunningProduct;
  codec: string;
}

/**
 * What whoever operates a product sees of it: wrong starts, roles that are killed, a start again, its logs, what a workflow
 * carries. Tests of `console.test.ts`, which starts the product: that takes half a minute of a core.
 */
export function operateProduct(running: OperatedProduct): void {
  test('says so when it is started a second time on the same data', async () => {
    const { code, output } = await running.product.command('start', '--port', String(await freePort()));
    expect(code).toBe(1);
    expect(output).toMatch(/already runs on this data folder \(process \d+\)/);
  }, 60_000);

  test('tells which port is taken and what to do', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-port-'));
    const taken = Number(new URL(running.product.url).port);
    const { code, output } = await runToEnd([
      'start',
      '--data',
      join(folder, 'data'),
      '--port',
      String(taken),
    ]);
    await rm(folder, { recursive: true });
    expect(code).toBe(1);
    expect(output).toContain(`Port ${taken} on 127.0.0.1 is taken`);
    expect(output).toContain('--port');
  }, 60_000);

  test('stops on a setting that does not exist, with its name', async () => {
    const { code, output } = await runToEnd(['start', '--data', 'relative', '--sip-port', 'loud']);
    expect(code).toBe(1);
    expect(output).toContain('sipPort');
  }, 60_000);

  test('answers health and readiness, and readiness turns when a role is gone', async () => {
    expect((await fetch(`${running.product.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${running.product.url}/readyz`)).status).toBe(200);
    process.kill(await running.product.pidOf('worker'), 'SIGKILL');
    await until(
      async () => (await fetch(`${running.product.url}/readyz`)).status === 503,
      20_000,
      'readiness to tell the truth',
    );
    await until(
      async () => (await fetch(`${running.product.url}/readyz`)).status === 200,
      60_000,
      'the worker to be back',
    );
  }, 120_000);

  test('starts again within ten seconds on the same data after Ctrl-C, and nothing of the first start is left running', async () => {
    expect(await running.product.stop()).toBe(0);
    expect(await processesNaming(running.product.data)).toEqual([]);
    running.product = await running.product.restart();
    expect((await fetch(`${running.product.url}/readyz`)).status).toBe(200);
  }, 120_000);

  test('keeps names, numbers and secrets out of every log', async () => {
    const retained = async () =>
      (await running.product.sql("select from recording where state = 'retained'")).length;
    const before = await retained();
    expect((await running.product.command('call', '--target', running.product.sipTarget)).code).toBe(0);
    await until(async () => (await retained()) > before, 60_000, 'the call to be retained');
    const passwords = Object.values(
      JSON.parse(await readFile(join(running.product.data, 'database-passwords.json'), 'utf8')) as object,
    );
    for (const name of await readdir(join(running.product.data, 'logs'))) {
      const text = await readFile(join(running.product.data, 'logs', name), 'utf8');
      for (const secret of ['4155550134', '442079460123', 'Harbour', ...(passwords as string[])]) {
        expect({ name, found: text.includes(secret) }).toEqual({ name, found: false });
      }
    }
  }, 120_000);

  test('decodes what a workflow carries for whoever may see it, also after its codec server was killed', async () => {
    expect(running.product.output()).toContain(running.codec);
    const payload = await firstPayload(running.product);
    expect(Buffer.from(payload.data, 'base64').toString()).not.toContain('tenantId');
    const decode = async (bearer: string) =>
      fetch(`${running.codec}/decode`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-Namespace': 'holdfast',
          Authorization: `Bearer ${bearer}`,
        },
        body: JSON.stringify({ payloads: [payload] }),
      });
    expect((await decode('nonsense')).status).toBe(401);
    process.kill(await running.product.pidOf('codec'), 'SIGKILL');
    const token = (await running.product.command('codec-token')).output.trim().split('\n').at(-1) ?? '';
    let answer: Response | undefined;
    await until(
      async () => (answer = await decode(token).catch(() => undefined)) !== undefined,
      60_000,
      'the codec server to be back',
    );
    expect(answer?.status).toBe(200);
    const { payloads } = (await answer?.json()) as { payloads: { data: string }[] };
    expect(Buffer.from(payloads[0]?.data ?? '', 'base64').toString()).toContain('"tenantId"');
  }, 120_000);
}

/** What the first step of some recording's workflow was given, as Temporal stores it. */
async function firstPayload(
  product: RunningProduct,
): Promise<{ metadata: Record<string, string>; data: string }> {
  const running = JSON.parse(await readFile(join(product.data, 'running.json'), 'utf8')) as Record<
    string,
    string
  >;
  const connection = await Connection.connect({ address: running['HOLDFAST_TEMPORAL_ADDRESS'] ?? '' });
  try {
    const client = new Client({ connection, namespace: 'holdfast' });
    const [recording] = await product.sql<{ id: string; tenant_id: string }>(
      'select id, tenant_id from recording',
    );
    const workflowId = recordingWorkflowId({ tenantId: recording!.tenant_id, recordingId: recording!.id });
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    const payload = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
    const base64 = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('base64');
    const metadata = Object.entries(payload?.metadata ?? {}).map(([name, value]) => [name, base64(value)]);
    return { metadata: Object.fromEntries(metadata) as Record<string, string>, data: base64(payload?.data) };
  } finally {
    await connection.close();
  }
}
