import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../../hub/processes/process-control.ts';
import type { CallReport } from '../../recorder-core/siprec/client/call-report.ts';
import { openRecordingClient } from '../../recorder-core/siprec/client/open-recording-client.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';
import { toneFor } from '../support/tones.ts';

let product: RunningProduct;

beforeAll(async () => {
  product = await startRunningProduct();
}, 180_000);

afterAll(async () => {
  await product.stop();
  await product.remove();
}, 90_000);

interface Row {
  readonly id: string;
  readonly state: string;
  readonly partial: boolean;
  readonly duration_ms: string;
}

/** Places a call of `ms` and calls `during` when three quarters of it were sent. A call that breaks off answers undefined. */
async function placeCall(ms: number, during: () => Promise<void>): Promise<CallReport | undefined> {
  const { client, close } = await openRecordingClient({ transport: 'tcp' });
  let done: Promise<void> | undefined;
  const abort = new AbortController();
  try {
    return await client.place({
      target: product.sipTarget,
      transport: 'tcp',
      parties: [
        { aor: 'sip:+442079460001@a.example', name: 'One', audio: toneFor(300, ms) },
        { aor: 'sip:+442079460002@a.example', name: 'Two', audio: toneFor(500, ms) },
      ],
      signal: abort.signal,
      steps: [
        {
          atMs: ms * 0.75,
          do: 'run',
          act: () => {
            done = during();
            return Promise.resolve();
          },
        },
      ],
    });
  } catch {
    return undefined; // the recorder that was killed cannot say goodbye
  } finally {
    await done;
    await close();
  }
}

async function newestRecording(known: ReadonlySet<string>): Promise<Row> {
  let found: Row | undefined;
  await until(
    async () => {
      const rows = await product
        .sql<Row>('select id, state, partial, duration_ms from recording')
        .catch(() => []);
      found = rows.find(({ id, state }) => !known.has(id) && state === 'retained');
      return found !== undefined;
    },
    120_000,
    'the recording to be retained',
    200,
  );
  return found as Row;
}

async function knownIds(): Promise<Set<string>> {
  return new Set((await product.sql<Row>('select id from recording')).map(({ id }) => id));
}

async function ready(): Promise<void> {
  await until(
    async () =>
      (await fetch(`${product.url}/readyz`, { signal: AbortSignal.timeout(3_000) }).catch(() => undefined))
        ?.ok === true,
    90_000,
    'the product to be ready again',
    200,
  );
}

describe('kill -9 in the middle of a call', () => {
  for (const victim of ['worker', 'hub', 'temporal', 'postgres'] as const) {
    test(`of the ${victim}: the call is captured whole and its lifecycle completes`, async () => {
      const known = await knownIds();
      const report = await placeCall(2_000, async () => {
        process.kill(await product.pidOf(victim), 'SIGKILL');
      });
      const recording = await newestRecording(known);
      expect(report?.endedBy).toBe('client');
      expect(recording.partial).toBe(false);
      expect(Number(recording.duration_ms)).toBeGreaterThan(1_900);
      await ready();
    }, 180_000);
  }

  test('of the recorder: what was captured is recovered, marked, and its lifecycle completes', async () => {
    const known = await knownIds();
    await placeCall(6_000, async () => {
      process.kill(await product.pidOf('recorder'), 'SIGKILL');
    });
    const recording = await newestRecording(known);
    expect(recording.partial).toBe(true);
    // Killed at 4.5 s; the chunk being filled holds less than two seconds of G.711.
    expect(Number(recording.duration_ms)).toBeGreaterThan(2_500);
    await ready();
  }, 180_000);

  test('of the supervisor: every process below it ends or is cleared, and a new start finishes the work', async () => {
    const known = await knownIds();
    await placeCall(4_000, async () => {
      await product.killSupervisor();
    });
    product = await product.restart();
    const recording = await newestRecording(known);
    expect(Number(recording.duration_ms)).toBeGreaterThan(900);
    expect((await product.command('audit')).code).toBe(0);
  }, 240_000);

  test('leaves no unsealed folder in the spool and an intact ledger', async () => {
    const { code, output } = await product.command('audit');
    expect(output).not.toContain('✗');
    expect(code).toBe(0);
  }, 60_000);
});
