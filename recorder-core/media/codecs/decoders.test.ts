import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StoredVoice } from '../../../test/support/stored-voice.ts';
import { STORED_VOICES } from '../../../test/support/stored-voice.ts';
import { decoderOf } from '../codec.ts';
import type { CodecDescription } from '../codec-description.ts';
import type { DecodeContext } from './decoder.ts';
import { G722Decoder } from './g722.ts';
import { G726Decoder } from './g726.ts';
import type { SpeechDecoder } from './speech-decoder.ts';

/** Decodes all payloads in one go and joins the sound. */
async function decode(
  { codec, payloads }: { codec: CodecDescription; payloads: readonly Uint8Array[] },
  context: Partial<DecodeContext> = {},
): Promise<Int16Array> {
  const { pcm } = await decoderOf(codec, context.speech)!(payloads, codec, { rate: 16_000, ...context });
  expect(pcm).toHaveLength(payloads.length);
  return Int16Array.from(pcm.flatMap((samples) => [...samples]));
}

const sha256 = (pcm: Int16Array): string =>
  createHash('sha256').update(new Uint8Array(pcm.buffer)).digest('hex');
const power = (pcm: Int16Array): number => pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length;

/** A speech decoder that answers each frame with its own number, so that it shows where each one went. */
function numbering(seen: Uint8Array[] = []): SpeechDecoder {
  return {
    formats: new Set(['amr', 'amr-wb', 'g729']),
    decode: (format, frames) => {
      seen.push(...frames);
      const samples = { amr: 160, 'amr-wb': 320, g729: 80 }[format];
      return Promise.resolve(
        Int16Array.from({ length: frames.length * samples }, (_, i) => 1 + Math.floor(i / samples)),
      );
    },
  };
}

describe('a decoder in this process', () => {
  const { g722, g726at16, g726at24, g726at32, g726at40 } = STORED_VOICES;
  it.each<StoredVoice & { pcmSha256: string }>([g722, g726at16, g726at24, g726at32, g726at40])(
    'of $codec.name gives to the bit what an independent one gives',
    async (voice) => {
      expect(sha256(await decode(voice))).toBe(voice.pcmSha256);
    },
  );

  it('of G.726 reads the other packing to the same sound', async () => {
    const swapped = g726at32.payloads.map((payload) => payload.map((octet) => (octet << 4) | (octet >> 4)));
    const codec = { ...g726at32.codec, name: 'AAL2-G726-32' };
    expect(sha256(await decode({ codec, payloads: swapped }))).toBe(g726at32.pcmSha256);
  });

  it('takes any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.constantFrom(2, 3, 4, 5), (octets, bits) => {
        expect(new G722Decoder().decode(octets)).toHaveLength(2 * octets.length);
        const pcm = new G726Decoder({ bits: bits as 2, highBitsFirst: false }).decode(octets);
        expect(pcm).toHaveLength(Math.floor((8 * octets.length) / bits));
      }),
    );
  });
});

describe('Opus', () => {
  const { opus, opusStereo } = STORED_VOICES;

  it.each([8000, 16_000, 48_000] as const)(
    'is decoded at %d Hz at once, in its full length',
    async (rate) => {
      const pcm = await decode(opus, { rate });
      expect(pcm).toHaveLength((opus.payloads.length * rate) / 50);
      // The voice is loud in its first half second and almost silent after.
      expect(power(pcm.subarray(0, rate / 2))).toBeGreaterThan(1000 * power(pcm.subarray(rate * 0.7, rate)));
    },
  );

  it('in stereo is the mean of both sides', async () => {
    const pcm = await decode(opusStereo);
    expect(pcm).toHaveLength(opusStereo.payloads.length * 960);
    expect(power(pcm)).toBeGreaterThan(10_000);
  });

  it('gives nothing for packets that are none, and goes on', async () => {
    const [first, second] = opus.payloads;
    const broken = [Buffer.alloc(0), Buffer.from([2]), Buffer.alloc(9000, 0xfb)];
    const pcm = await decode({ codec: opus.codec, payloads: [first!, ...broken, second!] });
    expect(pcm).toHaveLength(2 * 320);
  });

  it('never fails, whatever the octets', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 10 }), async (payloads) => {
        await decode({ codec: opus.codec, payloads });
      }),
      { numRuns: 50 },
    );
  });
});

describe('speech frames for a decoder outside', () => {
  it('are given bare of their packets, and silence descriptors play as silence of their length', async () => {
    const seen: Uint8Array[] = [];
    const { amr } = STORED_VOICES;
    const pcm = await decode(amr, { speech: numbering(seen) });
    expect(pcm).toHaveLength(amr.payloads.length * 160);
    // The file has 40 speech frames, 15 of silence, 20 of speech.
    expect(seen.map(([head]) => head)).toEqual(Array.from({ length: 60 }, () => (7 << 3) | 4));
    expect(Buffer.from(seen[0]!).equals(amr.payloads[0]!.subarray(1))).toBe(true);
    const frames = Array.from({ length: 75 }, (_, i) => pcm[160 * i + 80]);
    expect(frames.slice(38, 57)).toEqual([39, 40, ...Array.from({ length: 15 }, () => 0), 41, 42]);
  });

  it('of G.729 are the whole frames, and annex B silence is silence', async () => {
    const seen: Uint8Array[] = [];
    const payloads = [Buffer.alloc(20, 1), Buffer.alloc(12, 2), Buffer.alloc(2, 3), Buffer.alloc(7, 4)];
    const pcm = await decode({ codec: STORED_VOICES.g729.codec, payloads }, { speech: numbering(seen) });
    expect(seen.map((frame) => [frame.length, frame[0]])).toEqual([
      [10, 1],
      [10, 1],
      [10, 2],
    ]);
    expect([...pcm].filter((_, i) => i % 80 === 0)).toEqual([1, 2, 3, 0, 0]);
  });

  it('that a sender calls damaged, or that are interleaved, are silence', async () => {
    const speech = numbering();
    const { codec } = STORED_VOICES.amr;
    const damaged = Buffer.concat([Buffer.from([0xf0, 7 << 3]), Buffer.alloc(31)]);
    expect(await decode({ codec, payloads: [damaged] }, { speech })).toEqual(new Int16Array(160));
    const interleaved = { ...codec, fmtp: 'interleaving=2' };
    const payload = Buffer.concat([Buffer.from([0xf0, 0x10, (7 << 3) | 4]), Buffer.alloc(31)]);
    expect(await decode({ codec: interleaved, payloads: [payload] }, { speech })).toEqual(
      new Int16Array(160),
    );
  });

  it('never fail, whatever the octets', async () => {
    const { amr, amrWb, g729 } = STORED_VOICES;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<StoredVoice>(amr, amrWb, g729),
        fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 5 }),
        async ({ codec }, payloads) => {
          await decode({ codec, payloads }, { speech: numbering() });
        },
      ),
    );
  });

  it('that come back as another length of sound are a failure, not silence', async () => {
    const short = { ...numbering(), decode: () => Promise.resolve(new Int16Array(7)) };
    await expect(decode(STORED_VOICES.amr, { speech: short })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('cannot be played without one', () => {
    for (const { codec } of [STORED_VOICES.amr, STORED_VOICES.amrWb, STORED_VOICES.g729]) {
      expect(decoderOf(codec, undefined)).toBeUndefined();
      expect(decoderOf(codec, { ...numbering(), formats: new Set() })).toBeUndefined();
      expect(decoderOf(codec, numbering())).toBeDefined();
    }
  });
});
