import { randomBytes } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { buildReceiverReport } from '../../media/rtcp.ts';
import { buildRtp } from '../../media/rtp.ts';
import { PartWriter } from '../part-writer.ts';
import { bindPortPair, type PortPair } from './port-pair.ts';
import { StreamCapture } from './stream-capture.ts';

let folder: string;
let pair: PortPair;
let stream: StreamCapture;
let sender: Socket;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-stream-'));
  const [path, key, context] = [join(folder, 'part'), randomBytes(32), Buffer.from('context')];
  const onFault = (error: unknown): never => {
    throw error;
  };
  const writer = await PartWriter.create({ path, key, context, onFault });
  pair = await freePair();
  const spec = {
    recordingId: 'call',
    streamId: 'line',
    label: '1',
    codecs: [{ payloadType: 0, name: 'PCMU', clockRate: 8000, channels: 1 }],
    startedAtMs: Date.now(),
    address: '127.0.0.1',
    port: pair.port,
    path,
    key,
    context,
    ssrc: 1,
    security: undefined,
    expected: undefined,
    clock: undefined,
    held: false,
    paused: false,
    withheld: false,
    digits: 'kept',
  } as const;
  stream = new StreamCapture({ spec, pair, writer, now: Date.now, onPacket: () => undefined, onFault });
  sender = createSocket('udp4');
  sender.bind(0, '127.0.0.1');
  await once(sender, 'listening');
});
afterEach(async () => {
  sender.close();
  await stream.close();
  await rm(folder, { recursive: true });
});

async function freePair(): Promise<PortPair> {
  for (let port = 18_200; port < 19_000; port += 2) {
    const found = await bindPortPair('127.0.0.1', port);
    if (found !== undefined) return found;
  }
  throw new Error('No port is free.');
}

test.each([
  ['the RTP port, where the sender multiplexes', 0],
  ['the RTCP port otherwise', 1],
])('reports go back from %s', async (_what, offset) => {
  const rtcp = buildReceiverReport({ ssrc: 7, reports: [], cname: 'sender' });
  const rtp = buildRtp({ payloadType: 0, sequence: 1, timestamp: 0, ssrc: 7, payload: Buffer.alloc(160) });
  sender.send(rtp, pair.port, '127.0.0.1');
  sender.send(rtcp, pair.port + offset, '127.0.0.1');
  while (stream.stats().lastRtcpMs === undefined || stream.stats().packets === 0)
    await new Promise(setImmediate);
  const heard = once(sender, 'message');
  stream.report();
  const [, from] = (await heard) as [Buffer, RemoteInfo];
  expect(from.port).toBe(pair.port + offset);
});
