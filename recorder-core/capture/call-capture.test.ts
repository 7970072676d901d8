import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildRtp } from '../media/rtp.ts';
import { newId } from '../records/ids.ts';
import { parseSdp } from '../sip/sdp.ts';
import { readStreams } from '../siprec/offered-stream.ts';
import { updateStreams } from '../siprec/session-streams.ts';
import { openLocalKeyRing, type LocalKeyRing } from '../vault/local-key-ring.ts';
import { CallCapture } from './call-capture.ts';
import { CallLines } from './call-lines.ts';
import { openKekSource } from './kek-source.ts';
import { OPEN_POLICY } from './media-policy.ts';
import { DiskSync } from './disk-sync.ts';
import { openLocalMediaEngine } from './streams/local-media-engine.ts';
import { PortRange } from './streams/port-range.ts';
import { sealRecording } from './sealing/seal-recording.ts';

let folder: string;
let keys: LocalKeyRing;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-capture-'));
  keys = await openLocalKeyRing(join(folder, 'keys.json'), { create: true });
});

afterAll(() => rm(folder, { recursive: true }));

const now = (): number => performance.timeOrigin + performance.now();
const makeId = (at: Date): string => newId(at.getTime());
const LINE = {
  key: 'label=1',
  label: '1',
  digits: 'kept',
  held: false,
  codecs: [{ payloadType: 0, name: 'PCMU', clockRate: 8000, channels: 1 }],
} as const;

/** A call whose beginning is in its journal. */
async function openCall(
  onPacket: (verdict: string) => void = () => undefined,
  media = openLocalMediaEngine(now, { onPacket }),
): Promise<CallCapture> {
  const call = await CallCapture.open(
    {
      spool: join(folder, 'spool'),
      node: 'test',
      tenantId: makeId(new Date()),
      region: 'eu-central',
      retentionClass: 'business-call',
      keks: openKekSource(keys, makeId),
      ports: new PortRange('127.0.0.1', { min: 41_000, max: 42_999 }),
      newId: makeId,
      now,
      sync: new DiskSync(),
      media,
      onFault: (_id, error) => {
        throw error;
      },
    },
    makeId(new Date()),
  );
  call.withhold(() => false);
  const at = new Date().toISOString();
  const consent = { outcome: 'RECORD', reasons: [], rules: [], packDigest: '', decidedAt: at };
  const source = { transport: 'udp', address: '127.0.0.1', port: 1 };
  await call.record({ type: 'started', atMs: call.startedAtMs, callId: 'c', source, request: '', consent });
  return call;
}

describe('a call being captured', () => {
  test('leaves no recording when it was never answered, however far its opening came', async () => {
    const call = await openCall();
    await call.openStreams([LINE]);
    expect(await sealRecording(call.folder, keys)).toBeUndefined();
    await call.record({ type: 'answer', atMs: now(), body: 'v=0' });
    expect((await sealRecording(call.folder, keys))?.facts.partial).toBe(true);
    await call.end('remote-bye');
  });

  test('gives a line that was closed and is offered again another port, and keeps both stretches', async () => {
    const verdicts: string[] = [];
    let heard: () => void = () => undefined;
    const call = await openCall((verdict) => {
      verdicts.push(verdict);
      heard();
    });
    const socket = createSocket('udp4');
    const send = (port: number, sequence: number): Promise<void> => {
      const packet = {
        payloadType: 0,
        sequence,
        timestamp: sequence * 160,
        ssrc: 7,
        payload: Buffer.alloc(160, 255),
      };
      const arrived = new Promise<void>((resolve) => (heard = resolve));
      socket.send(buildRtp(packet), port, '127.0.0.1');
      return arrived;
    };

    await call.openStreams([LINE]);
    await call.record({ type: 'answer', atMs: now(), body: 'v=0' });
    const first = call.portOf(LINE.key) ?? 0;
    await send(first, 1);
    await call.closeStream(LINE.key);
    await call.openStreams([LINE]);
    const second = call.portOf(LINE.key) ?? 0;
    await send(second, 2);
    socket.close();
    await call.end('remote-bye');

    expect(second).not.toBe(first);
    expect(verdicts).toEqual(['accepted', 'accepted']);
    const sealed = await sealRecording(call.folder, keys);
    expect(sealed?.parts.map(({ kind, label }) => `${kind} ${label}`)).toEqual([
      'media 1',
      'media 1',
      'metadata null',
    ]);
    expect(sealed?.facts.partial).toBe(false);
  });

  test('takes no more lines once it has as many parts as it may have, and goes on with those it has', async () => {
    const call = await openCall();
    const mediaAddress = '127.0.0.1';
    // One part is the metadata.
    const lines = new CallLines({
      capture: call,
      policy: OPEN_POLICY,
      mediaAddress,
      overTls: false,
      maxParts: 3,
    });
    const media = ['1', '2', '3'].map(
      (label) => `m=audio 4000 RTP/AVP 0\r\na=label:${label}\r\na=sendonly\r\n`,
    );
    const sdp = `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n${media.join('')}`;
    const { streams } = updateStreams([], readStreams(parseSdp(sdp)), now());
    expect(await lines.follow(streams)).toMatchObject([{ code: 'too_many_parts' }]);
    expect(await lines.follow(streams)).toMatchObject([{ code: 'too_many_parts' }]);
    expect(lines.local(streams).map(({ mLineIndex }) => mLineIndex)).toEqual([0, 1]);
    await call.end('remote-bye');
  });

  test('whose lines are lost opens all it can anew, and says which it cannot', async () => {
    const heard = Promise.withResolvers<undefined>();
    const media = openLocalMediaEngine(now, { onPacket: () => heard.resolve(undefined) });
    const call = await openCall(undefined, media);
    await call.openStreams([LINE, { ...LINE, key: 'label=2', label: '2' }]);
    await call.record({ type: 'answer', atMs: now(), body: 'v=0' });
    const [taken = 0, port = 0] = ['label=1', 'label=2'].map((key) => call.portOf(key));
    for (const name of await readdir(call.folder))
      if (name.endsWith('.part')) await media.close(call.recordingId, name.replace('.part', ''));
    const thief = createSocket('udp4');
    thief.bind({ port: taken, address: '127.0.0.1', exclusive: true });
    await once(thief, 'listening');

    await expect(call.reopenStreams()).rejects.toThrow(`The port ${taken} of a line could not be had again`);
    const packet = { payloadType: 0, sequence: 1, timestamp: 0, ssrc: 7, payload: Buffer.alloc(160, 255) };
    thief.send(buildRtp(packet), port, '127.0.0.1');
    await heard.promise;
    thief.close();
    await call.end('remote-bye', now());
    expect((await sealRecording(call.folder, keys))?.quality).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ label: '2' })]),
    );
  });
});
