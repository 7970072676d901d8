import { createHash } from 'node:crypto';
import { describe, expect } from '@jest/globals';
import type { SpeechDecoder } from '../../recorder-core/media/codecs/speech-decoder.ts';
import { G722Decoder } from '../../recorder-core/media/codecs/g722.ts';
import { decodeOpus } from '../../recorder-core/media/codecs/opus.ts';
import type { RenderRate } from '../../recorder-core/media/codecs/decoder.ts';
import { renderPcm } from '../../recorder-core/media/render.ts';
import { seededRandom, voiceLike } from '../../recorder-core/media/test-signal.ts';
import { openFfmpegSpeechDecoder } from '../../recorder-core/transcode/ffmpeg-speech-decoder.ts';
import { runFilter } from '../../recorder-core/transcode/run-filter.ts';
import type { StoredVoice } from '../support/stored-voice.ts';
import { logVoice, STORED_VOICES } from '../support/stored-voice.ts';
import { testProgram } from './program-test.ts';

const ffmpeg = testProgram('ffmpeg', 'ffmpeg');

function filter(program: string, args: readonly string[], input: Buffer): Promise<Buffer> {
  const all = ['-hide_banner', '-loglevel', 'error', ...args];
  return runFilter({ program, args: all, input, maxOutputBytes: 10_000_000, timeoutMs: 30_000 });
}

function samplesOf(bytes: Buffer): Int16Array {
  return Int16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(2 * i));
}

function bytesOf(pcm: Int16Array): Buffer {
  return Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}

async function render(
  voice: StoredVoice,
  speech: SpeechDecoder,
  rate: RenderRate,
  { from = 0, to = 1.5 * rate, times = 1 } = {},
): Promise<Int16Array> {
  async function* log(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(logVoice(voice, { times }));
  }
  return samplesOf(
    Buffer.concat(await Array.fromAsync(renderPcm({ parties: [[{ log: log() }]], rate, speech, from, to }))),
  );
}

/** The packets of an Ogg file of one stream (RFC 3533), without the two that describe it. */
function packetsOf(ogg: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  let pieces: Buffer[] = [];
  for (let page = 0; page < ogg.length;) {
    const segments = ogg.subarray(page + 27, page + 27 + ogg.readUInt8(page + 26));
    page += 27 + segments.length;
    for (const length of segments) {
      pieces.push(ogg.subarray(page, page + length));
      page += length;
      if (length === 255) continue;
      packets.push(Buffer.concat(pieces));
      pieces = [];
    }
  }
  return packets.slice(2);
}

/** How much two signals are alike at the best delay, 1 at most. */
function likeness(heard: Int16Array, said: Int16Array): number {
  let best = 0;
  for (let delay = 0; delay < 200; delay++) {
    let [both, own, other] = [0, 1, 1];
    for (let i = 0; i + delay < heard.length && i < said.length; i++) {
      const [a, b] = [heard[i + delay] ?? 0, said[i] ?? 0];
      both += a * b;
      own += a * a;
      other += b * b;
    }
    best = Math.max(best, both / Math.sqrt(own * other));
  }
  return best;
}

/** The half second of voice that the stored voices begin with, at 8 kHz, and one that they have not. */
const SAID = voiceLike({ samples: 16_000, pitchHz: 130, seed: 3 }).subarray(0, 4000);
const OTHER = voiceLike({ samples: 4000, pitchHz: 200, seed: 8 });

describe('against ffmpeg', () => {
  ffmpeg.test('G.722 is the same to the bit, for a voice and for noise', async (program) => {
    const random = seededRandom(1);
    const noise = Buffer.from(Array.from({ length: 40_000 }, () => 256 * random()));
    for (const octets of [Buffer.concat(STORED_VOICES.g722.payloads), noise]) {
      const theirs = await filter(program, ['-f', 'g722', '-i', 'pipe:0', '-f', 's16le', 'pipe:1'], octets);
      expect(bytesOf(new G722Decoder().decode(octets)).equals(theirs)).toBe(true);
    }
  });

  ffmpeg.test('Opus is the same within one step', async (program) => {
    const voice = bytesOf(voiceLike({ samples: 16_000, pitchHz: 160, seed: 9 }));
    const encode = [
      '-f',
      's16le',
      '-ar',
      '8000',
      '-i',
      'pipe:0',
      '-ar',
      '48000',
      '-c:a',
      'libopus',
      '-b:a',
      '32k',
    ];
    const ogg = await filter(program, [...encode, '-f', 'ogg', 'pipe:1'], voice);
    const decode = ['-c:a', 'libopus', '-f', 'ogg', '-i', 'pipe:0', '-f', 's16le', 'pipe:1'];
    const theirs = samplesOf(await filter(program, decode, ogg));
    const { pcm } = await decodeOpus(packetsOf(ogg), STORED_VOICES.opus.codec, { rate: 48_000 });
    // What a file says to skip at its start (RFC 7845 section 4.2) is not skipped in a call.
    const ours = Int16Array.from(pcm.flatMap((samples) => [...samples])).subarray(312);
    expect(ours.length).toBeGreaterThanOrEqual(theirs.length);
    expect(Math.max(...theirs.map((sample, i) => Math.abs(sample - (ours[i] ?? 0))))).toBeLessThanOrEqual(1);
  });
});

describe('through ffmpeg', () => {
  ffmpeg.test('AMR, AMR-WB and G.729 can be played', async (program) => {
    const { formats } = await openFfmpegSpeechDecoder({ program, atOnce: 1 });
    expect([...formats].sort()).toEqual(['amr', 'amr-wb', 'g729']);
  });

  for (const [name, voice, rate] of [
    ['AMR', STORED_VOICES.amr, 8000],
    ['AMR-WB', STORED_VOICES.amrWb, 16_000],
    ['G.729', STORED_VOICES.g729, 8000],
  ] as const) {
    ffmpeg.test(`${name} sounds like what was said, in its place`, async (program) => {
      const speech = await openFfmpegSpeechDecoder({ program, atOnce: 1 });
      const heard = await render(voice, speech, rate);
      const narrow = heard.filter((_, i) => i % (rate / 8000) === 0);
      // These codecs keep the sound and not the wave: 0.6 is far above what another voice reaches.
      expect(likeness(narrow.subarray(0, 4200), SAID)).toBeGreaterThan(0.6);
      expect(likeness(narrow.subarray(0, 4200), OTHER)).toBeLessThan(0.3);
      // Between the phrases the sender said nothing (G.729 here has no silence suppression and sends faint noise).
      const pause = heard.subarray(rate * 0.95, rate * 1.05);
      expect(pause.every((sample) => Math.abs(sample) <= (name === 'G.729' ? 200 : 0))).toBe(true);
    });

    ffmpeg.test(`${name} gives for any range the same bytes as that part of the whole`, async (program) => {
      const speech = await openFfmpegSpeechDecoder({ program, atOnce: 2 });
      const all = { times: 28, to: 42 * rate };
      const whole = await render(voice, speech, rate, all);
      expect(whole.some((sample) => sample !== 0)).toBe(true);
      const digest = (pcm: Int16Array): string => createHash('sha256').update(bytesOf(pcm)).digest('hex');
      for (const [from, to] of [
        [0, 777],
        [19.9 * rate, 20.1 * rate],
        [20 * rate, 21 * rate],
        [39.5 * rate, 42 * rate],
      ] as const) {
        const part = await render(voice, speech, rate, { ...all, from, to });
        expect(digest(part)).toBe(digest(whole.slice(from, to)));
      }
    });
  }

  ffmpeg.test('a listener who leaves ends the process', async (program) => {
    const speech = await openFfmpegSpeechDecoder({ program, atOnce: 1 });
    const gone = new AbortController();
    const frames = Array.from({ length: 200_000 }, () => STORED_VOICES.amr.payloads[0]!.subarray(1));
    const decoded = speech.decode('amr', frames, gone.signal);
    gone.abort();
    await expect(decoded).rejects.toMatchObject({ code: 'unavailable' });
    // The one place is free again.
    expect(await speech.decode('amr', frames.slice(0, 10))).toHaveLength(1600);
  });
});
