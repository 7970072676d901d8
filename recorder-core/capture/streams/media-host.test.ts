import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { buildRtp } from '../../media/rtp.ts';
import { MediaHost } from './media-host.ts';

let folder: string;
let host: MediaHost;
let sender: Socket;
const port = 14_000 + 2 * Math.floor(Math.random() * 400);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-host-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  const listener = {
    fault: (_id: string, error: unknown) => {
      throw error;
    },
    alert: () => undefined,
  };
  host = new MediaHost({ now: Date.now, listener, onPacket: () => undefined });
  sender = createSocket('udp4');
  sender.connect(port, '127.0.0.1');
  await once(sender, 'connect');
});
afterEach(() => {
  sender.close();
  host.stop();
});

async function openLine(): Promise<void> {
  await host.open({
    recordingId: 'call',
    streamId: 'line',
    label: '1',
    codecs: [{ payloadType: 0, name: 'PCMU', clockRate: 8000, channels: 1 }],
    startedAtMs: Date.now(),
    address: '127.0.0.1',
    port,
    path: join(folder, randomBytes(8).toString('hex')),
    key: randomBytes(32),
    context: Buffer.from('context'),
    ssrc: 1,
    security: undefined,
    expected: undefined,
    clock: undefined,
    held: false,
    paused: false,
    withheld: false,
    digits: 'kept',
  });
}

/** On a connected socket a packet is with the receiver's kernel when this returns. */
function send(sequence: number): void {
  const timestamp = sequence * 160;
  sender.send(buildRtp({ payloadType: 0, sequence, timestamp, ssrc: 7, payload: Buffer.alloc(160) }));
}

describe('the end of a line', () => {
  test('keeps what lay in its socket: no packet that came before the end is lost', async () => {
    await openLine();
    for (let sequence = 0; sequence < 120; sequence += 1) send(sequence);
    expect((await host.close('call', 'line'))?.packets).toBe(120);
  });

  test('does not wait for a sender that never stops', async () => {
    await openLine();
    let sequence = 0;
    let sending = true;
    const flood = (): void => {
      if (!sending) return;
      for (let i = 0; i < 4; i += 1) send(sequence++ & 0xffff);
      setImmediate(flood);
    };
    flood();
    const report = await host.close('call', 'line');
    sending = false;
    expect(report?.packets).toBeGreaterThan(0);
  });
});
