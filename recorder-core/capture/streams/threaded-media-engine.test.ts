import { createSocket } from 'node:dgram';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PacketLogReader } from '../../media/packet-log-reader.ts';
import { buildRtp } from '../../media/rtp.ts';
import { ChunkReader } from '../../vault/chunk-reader.ts';
import type { MediaSpec, StreamUpdate } from './media-engine.ts';
import { clockBase } from './steady-clock.ts';
import { ThreadedMediaEngine } from './threaded-media-engine.ts';

const MORTAL = new URL('../test-support/mortal-media-thread.ts', import.meta.url);
/** The update that kills such a thread. */
const DEADLY: StreamUpdate = { held: true, paused: true, renegotiated: true };
const CONTEXT = Buffer.from('context');
const FIRST_PORT = 15_000 + 4 * Math.floor(Math.random() * 250);
const PCMU = { payloadType: 0, name: 'PCMU', clockRate: 8000, channels: 1 };

let folder: string;
let engine: ThreadedMediaEngine;
let counted: Record<string, number>;
let counts: PromiseWithResolvers<void>;
let lost: PromiseWithResolvers<string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-threads-'));
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(() => {
  counted = {};
  counts = Promise.withResolvers();
  lost = Promise.withResolvers();
  const listener = {
    fault: (_id: string, error: unknown) => {
      throw error;
    },
    alert: () => undefined,
    counted: (verdicts: Readonly<Record<string, number>>) => {
      for (const [verdict, count] of Object.entries(verdicts))
        counted[verdict] = (counted[verdict] ?? 0) + count;
      counts.resolve();
      counts = Promise.withResolvers();
    },
    lost: (recordingId: string) => {
      lost.resolve(recordingId);
    },
    load: () => undefined,
  };
  engine = new ThreadedMediaEngine({ threads: 2, base: clockBase(), listener, file: MORTAL });
});
afterEach(() => engine.stop());

function line(recordingId: string, port: number): MediaSpec {
  const streamId = randomBytes(8).toString('hex');
  return {
    recordingId,
    streamId,
    label: '1',
    codecs: [PCMU],
    startedAtMs: Date.now(),
    address: '127.0.0.1',
    port,
    path: join(folder, `${streamId}.part`),
    key: randomBytes(32),
    context: CONTEXT,
    ssrc: 1,
    security: undefined,
    expected: undefined,
    clock: undefined,
    held: false,
    paused: false,
    withheld: false,
    digits: 'kept',
  };
}

async function send(port: number, packets: number, first = 0): Promise<void> {
  const socket = createSocket('udp4');
  for (let sequence = first; sequence < first + packets; sequence++) {
    const packet = {
      payloadType: 0,
      sequence,
      timestamp: sequence * 160,
      ssrc: 7,
      payload: Buffer.alloc(160, 255),
    };
    await new Promise<void>((resolve) => {
      socket.send(buildRtp(packet), port, '127.0.0.1', () => {
        resolve();
      });
    });
  }
  socket.close();
}

async function untilCounted(verdict: string, count: number): Promise<void> {
  while ((counted[verdict] ?? 0) < count) await counts.promise;
}

async function storedPackets({ path, key }: MediaSpec): Promise<number> {
  const bytes = await readFile(path);
  const source = {
    size: bytes.length,
    read: (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
  const log = new PacketLogReader();
  let packets = 0;
  for await (const chunk of new ChunkReader(source, Buffer.from(key), CONTEXT).stream()) {
    packets += log.push(chunk).filter(({ kind }) => kind === 'rtp').length;
  }
  return packets;
}

describe('media in threads', () => {
  test('is stored as in one thread, and counted', async () => {
    const specs = [line('a', FIRST_PORT), line('b', FIRST_PORT + 2)];
    for (const spec of specs) expect(await engine.open(spec)).toBe(true);
    await Promise.all(specs.map(({ port }) => send(port, 200)));
    await untilCounted('accepted', 400);
    for (const spec of specs) {
      expect(await engine.close(spec.recordingId, spec.streamId)).toMatchObject({ packets: 200, lost: 0 });
      expect(await storedPackets(spec)).toBe(200);
    }
  });

  test('answers that a port is taken', async () => {
    const spec = line('a', FIRST_PORT + 10);
    expect(await engine.open(spec)).toBe(true);
    expect(await engine.open({ ...line('b', spec.port) })).toBe(false);
    await engine.close('a', spec.streamId);
  });

  test('of a thread that dies is told lost, and its ports can be opened again at once', async () => {
    const spec = line('a', FIRST_PORT + 30);
    await engine.open(spec);
    engine.update('a', spec.streamId, DEADLY);
    expect(await lost.promise).toBe('a');
    const again = line('a', spec.port);
    expect(await engine.open(again)).toBe(true);
    await send(spec.port, 50);
    await untilCounted('accepted', 50);
    await engine.close('a', again.streamId);
    expect(await storedPackets(again)).toBe(50);
  });
});
