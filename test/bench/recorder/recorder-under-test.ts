import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { toEnvironment } from '../../../hub/config/read-config.ts';
import { freePort } from '../../../hub/processes/free-port.ts';
import { openLocalKeyRing } from '../../../recorder-core/vault/local-key-ring.ts';
import type { BenchPostgres } from '../bench-postgres.ts';
import { startChild, type Child } from './child.ts';

const POLL_MS = 100;
const ACCEPTED = /^holdfast_rtp_packets_total\{.*result="accepted".*\} (\d+)$/gm;
const SEALED = /^holdfast_recordings_sealed_total\{.*\} (\d+)$/gm;

/** A recorder process, and what it says of itself in its metrics. */
export interface RecorderUnderTest {
  readonly process: Child;
  /** SIP URI over UDP. */
  readonly target: string;
  /** Waits until it has stored so many RTP packets in all; answers how many it has by then. */
  accepted(count: number, withinMs: number): Promise<number>;
  /** Waits until so many recordings in all are sealed and committed; answers how many are by then. */
  sealed(count: number, withinMs: number): Promise<number>;
  stop(): Promise<void>;
}

/** Starts the recorder role on a spool, a key ring and ports of its own. */
export async function startRecorderUnderTest(
  folder: string,
  postgres: BenchPostgres,
): Promise<RecorderUnderTest> {
  const keyRing = join(folder, 'key-ring.json');
  await openLocalKeyRing(keyRing, { create: true });
  const [sipPort, metricsPort] = [await freePort(), await freePort()];
  const child = await startChild(
    './recorder-process.ts',
    toEnvironment({
      data: folder,
      keyRing,
      sipPort,
      recorderMetricsPort: metricsPort,
      rtpPortMin: 10_000,
      rtpPortMax: 32_000,
      maxCalls: 5_000,
      tenantId: postgres.tenantId,
      announcement: 'by-recording-client',
      postgresUrl: postgres.appUrl,
      postgresDispatcherUrl: postgres.dispatcherUrl,
    }),
  );
  const sum = (metric: RegExp, count: number, withinMs: number): Promise<number> =>
    atLeast(count, withinMs, () => readMetric(metricsPort, metric));
  return {
    process: child,
    target: `sip:recorder@127.0.0.1:${sipPort};transport=udp`,
    accepted: (count, withinMs) => sum(ACCEPTED, count, withinMs),
    sealed: (count, withinMs) => sum(SEALED, count, withinMs),
    stop: () => child.stop(),
  };
}

async function atLeast(count: number, withinMs: number, read: () => Promise<number>): Promise<number> {
  const until = performance.now() + withinMs;
  let found = await read();
  for (; found < count && performance.now() < until; found = await read()) await wait(POLL_MS);
  return found;
}

async function readMetric(port: number, metric: RegExp): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return [...text.matchAll(metric)].reduce((sum, [, value]) => sum + Number(value), 0);
}
