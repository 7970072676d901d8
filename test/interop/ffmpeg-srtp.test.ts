import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { encodePcmu } from '../../recorder-core/media/g711.ts';
import { parseRtcp } from '../../recorder-core/media/rtcp.ts';
import { parseRtp } from '../../recorder-core/media/rtp.ts';
import { makeSrtpKeys } from '../../recorder-core/media/srtp/sdes.ts';
import type { SrtpKeys, SrtpSuite } from '../../recorder-core/media/srtp/srtp-keys.ts';
import { SrtpReceiver } from '../../recorder-core/media/srtp/srtp-receiver.ts';
import { voiceLike } from '../../recorder-core/media/test-signal.ts';
import { openPortPair } from './port-pair.ts';
import { testProgram } from './program-test.ts';

const ffmpegProgram = testProgram('ffmpeg', 'ffmpeg');
const SPEECH = encodePcmu(voiceLike({ samples: 24_000, pitchHz: 170, seed: 21 }));
/** So that the roll-over counter has to count in mid-stream. */
const FIRST_SEQUENCE = 0xffff - 40;

describe('ffmpeg as a sender of SRTP', () => {
  ffmpegProgram.test('under AES_CM_128_HMAC_SHA1_80, every packet is opened and RTCP too', async (ffmpeg) => {
    const { payloads, refusals, reports } = await receive(ffmpeg, 'AES_CM_128_HMAC_SHA1_80');
    expect(refusals).toEqual([]);
    expect(Buffer.concat(payloads)).toEqual(SPEECH);
    expect(reports).toContain('sender-report');
  });

  // Its RTCP has a tag of 32 bits here, which RFC 3711 section 5.2 forbids; it is not read.
  ffmpegProgram.test('under AES_CM_128_HMAC_SHA1_32, every packet is opened', async (ffmpeg) => {
    const { payloads, refusals } = await receive(ffmpeg, 'AES_CM_128_HMAC_SHA1_32');
    expect(refusals).toEqual([]);
    expect(Buffer.concat(payloads)).toEqual(SPEECH);
  });
});

interface Received {
  readonly payloads: readonly Buffer[];
  /** Of RTP packets. */
  readonly refusals: readonly string[];
  /** Kinds of RTCP packets that were opened. */
  readonly reports: readonly string[];
}

async function receive(ffmpeg: string, suite: SrtpSuite): Promise<Received> {
  const keys = makeSrtpKeys(suite, randomBytes);
  const receiver = new SrtpReceiver([keys]);
  const ports = await openPortPair();
  const [payloads, refusals, reports]: [Buffer[], string[], string[]] = [[], [], []];
  const all = Promise.withResolvers<undefined>();
  let octets = 0;
  ports.rtp.on('message', (packet) => {
    const opened = receiver.unprotect(packet);
    if (typeof opened === 'string') {
      refusals.push(opened);
    } else {
      const payload = parseRtp(opened)?.payload ?? Buffer.alloc(0);
      payloads.push(payload);
      octets += payload.length;
    }
    if (refusals.length > 0 || octets >= SPEECH.length) all.resolve(undefined);
  });
  ports.rtcp.on('message', (packet) => {
    const opened = receiver.unprotectRtcp(packet);
    if (typeof opened !== 'string') reports.push(...parseRtcp(opened).map(({ kind }) => kind));
  });
  try {
    await send(ffmpeg, keys, ports.rtp.address().port);
    await all.promise;
    return { payloads, refusals, reports };
  } finally {
    ports.close();
  }
}

/** Sends the speech in real time, in packets of 20 ms; resolves when ffmpeg has ended. */
async function send(ffmpeg: string, keys: SrtpKeys, port: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-ffmpeg-'));
  const file = join(folder, 'speech.ulaw');
  await writeFile(file, SPEECH);
  const secret = Buffer.concat([keys.masterKey, keys.masterSalt]).toString('base64');
  const child = spawn(
    ffmpeg,
    [
      ...['-hide_banner', '-loglevel', 'error', '-nostdin', '-re'],
      ...['-f', 'mulaw', '-ar', '8000', '-i', file, '-c:a', 'copy', '-f', 'rtp'],
      ...['-seq', String(FIRST_SEQUENCE), '-srtp_out_suite', keys.suite, '-srtp_out_params', secret],
      `srtp://127.0.0.1:${port}?pkt_size=182`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${said}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
