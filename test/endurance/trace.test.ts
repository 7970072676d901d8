import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../../hub/processes/process-control.ts';
import { openRecordingClient } from '../../recorder-core/siprec/client/open-recording-client.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';
import { startSpanCollector, type CollectedSpan } from '../support/span-collector.ts';
import { toneFor } from '../support/tones.ts';

let collector: Awaited<ReturnType<typeof startSpanCollector>>;
let product: RunningProduct;

beforeAll(async () => {
  collector = await startSpanCollector();
  product = await startRunningProduct({ args: ['--trace-url', collector.url] });
}, 180_000);

afterAll(async () => {
  await product.stop();
  await product.remove();
  await collector.stop();
}, 90_000);

/** Waits for a trace that holds every one of these, each `service name`. */
async function awaitTrace(wanted: readonly string[]): Promise<CollectedSpan[]> {
  const traceWithAll = (): CollectedSpan[] | undefined => {
    const traces = Map.groupBy(collector.spans, ({ traceId }) => traceId);
    return [...traces.values()].find((spans) => {
      const names = spans.map(({ service, name }) => `${service} ${name}`);
      return wanted.every((name) => names.includes(name));
    });
  };
  await until(() => traceWithAll() !== undefined, 60_000, `one trace with ${wanted.join(', ')}`);
  return traceWithAll() ?? [];
}

describe('one trace', () => {
  test('leads from the call through the workflow and its activities to the connector', async () => {
    const { client, close } = await openRecordingClient({ transport: 'udp' });
    const audio = toneFor(300, 800);
    await client.place({
      target: product.sipTarget,
      parties: [
        { aor: 'sip:+442079460001@a.example', name: 'Quillfeather', audio },
        { aor: 'sip:+442079460002@a.example', name: 'Marchbanks', audio },
      ],
    });
    await close();
    const spans = await awaitTrace([
      'holdfast-recorder call',
      'holdfast-worker RunWorkflow:recordingLifecycle',
      'holdfast-worker RunActivity:storeParts',
      'holdfast-worker RunWorkflow:deliveryRun',
      'holdfast-worker RunActivity:deliverDue',
      'holdfast-worker connector upsert-recording',
    ]);
    for (const secret of ['Quillfeather', 'Marchbanks', '4420794']) {
      expect(spans.filter(({ text }) => text.includes(secret))).toEqual([]);
    }
  }, 120_000);

  test('leads from a hold in the hub to the connected system that learns of it', async () => {
    const headers = { 'Content-Type': 'application/json', 'X-Holdfast-Console': '1' };
    const token = new URL(product.signInLink).hash.slice(1);
    const signedIn = await fetch(`${product.url}/api/v1/session`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ token }),
    });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const [recording] = await product.sql<{ id: string }>('select id from recording');
    const hold = { matter: 'm', reason: 'r', recordingIds: [recording?.id] };
    const held = await fetch(`${product.url}/api/v1/holds`, {
      method: 'POST',
      headers: { ...headers, cookie },
      body: JSON.stringify(hold),
    });
    expect(held.status).toBe(201);
    await awaitTrace([
      'holdfast-hub POST /holds',
      'holdfast-worker RunWorkflow:redelivery',
      'holdfast-worker connector upsert-recording',
    ]);
  }, 120_000);
});
