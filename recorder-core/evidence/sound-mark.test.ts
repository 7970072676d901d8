import { describe, expect, test } from '@jest/globals';
import { decodePcma, decodePcmu, encodePcma, encodePcmu } from '../media/g711.ts';
import { seededRandom, voiceLike } from '../media/test-signal.ts';
import { findSoundMark, SURE_SCORE } from './find-sound-mark.ts';
import { markChips, markPcm } from './sound-mark.ts';

const KEY = Buffer.alloc(32, 5);
const OTHERS = ['hf-other', 'hf-another', 'hf-third'];

/** Ten seconds of something like a voice, over noise as of a telephone line. */
function speech(seed: number, noise = 60, seconds = 10): Int16Array {
  const random = seededRandom(seed);
  return voiceLike({ samples: 8000 * seconds, pitchHz: 140, seed }).map((sample) =>
    Math.max(-32_768, Math.min(32_767, sample + noise * (random() + random() + random() - 1.5))),
  );
}

function bytesOf(pcm: Int16Array): Buffer {
  return Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}

async function mark(
  pcm: Int16Array,
  watermark: string,
  shape = { rate: 8000, channels: 1 },
): Promise<Int16Array> {
  async function* blocks(): AsyncGenerator<Buffer> {
    const bytes = bytesOf(pcm);
    for (let at = 0; at < bytes.length; at += 16_000)
      yield await Promise.resolve(bytes.subarray(at, at + 16_000));
  }
  const marked = Buffer.concat(await Array.fromAsync(markPcm(blocks(), shape, markChips(KEY, watermark))));
  return new Int16Array(marked.buffer.slice(marked.byteOffset, marked.byteOffset + marked.length));
}

function interleave(one: Int16Array, two: Int16Array): Int16Array {
  return Int16Array.from({ length: 2 * one.length }, (_, i) => (i % 2 === 0 ? one : two)[i >> 1] ?? 0);
}

const mono = { rate: 8000, channels: 1 };

describe('the mark in the sound', () => {
  test('tells whose copy it is and no other, also of a piece cut out, after G.711, and with another key not at all', async () => {
    const marked = await mark(speech(3), 'hf-right');
    const forms = {
      untouched: marked,
      cut: marked.subarray(12_345, 62_345),
      'µ-law': decodePcmu(encodePcmu(marked)),
      'A-law': decodePcma(encodePcma(marked)),
      quieter: marked.map((sample) => sample / 2),
    };
    for (const [form, pcm] of Object.entries(forms)) {
      const [best, ...others] = findSoundMark(pcm, mono, KEY, [...OTHERS, 'hf-right']);
      expect([form, best?.watermark]).toEqual([form, 'hf-right']);
      expect(best?.score).toBeGreaterThan(2 * SURE_SCORE);
      for (const { score } of others) expect(score).toBeLessThan(SURE_SCORE);
    }
    const [stranger] = findSoundMark(marked, mono, Buffer.alloc(32, 6), ['hf-right']);
    expect(stranger?.score).toBeLessThan(SURE_SCORE);
  });

  test('is in every channel, also where one of them is silent, and at every rate of rendering', async () => {
    const silence = new Int16Array(80_000);
    const marked = await mark(interleave(speech(4), silence), 'hf-right', { rate: 8000, channels: 2 });
    const channel = (which: number): Int16Array => marked.filter((_, i) => i % 2 === which);
    for (const which of [0, 1]) {
      expect(findSoundMark(channel(which), mono, KEY, [...OTHERS, 'hf-right'])[0]).toMatchObject({
        watermark: 'hf-right',
      });
    }
    const wide = speech(5, 60, 4);
    const sampled = Int16Array.from({ length: wide.length * 6 }, (_, i) => wide[Math.floor(i / 6)] ?? 0);
    const shape = { rate: 48_000, channels: 1 };
    const found = findSoundMark(await mark(sampled, 'hf-right', shape), shape, KEY, [...OTHERS, 'hf-right']);
    expect(found[0]).toMatchObject({ watermark: 'hf-right' });
    expect(found[0]?.score).toBeGreaterThan(SURE_SCORE);
  });

  test('is not found where there is none', () => {
    for (const seed of [11, 12, 13]) {
      for (const { score } of findSoundMark(speech(seed), mono, KEY, OTHERS))
        expect(score).toBeLessThan(SURE_SCORE);
    }
    expect(findSoundMark(new Int16Array(80_000), mono, KEY, OTHERS).every(({ score }) => score === 0)).toBe(
      true,
    );
  });

  test('stays 40 dB below what is said, leaves the length as it is, and never wraps around', async () => {
    const plain = speech(6, 0);
    plain.fill(32_767, 0, 160);
    const marked = await mark(plain, 'hf-right');
    expect(marked.length).toBe(plain.length);
    let loudest = 0;
    let sound = 0;
    for (let at = 0; at + 160 <= plain.length; at += 160) {
      const power = (of: (i: number) => number): number =>
        Math.sqrt(Array.from({ length: 160 }, (_, i) => of(at + i) ** 2).reduce((a, b) => a + b) / 160);
      const added = power((i) => (marked[i] ?? 0) - (plain[i] ?? 0));
      sound = power((i) => plain[i] ?? 0);
      loudest = Math.max(loudest, added / Math.max(sound, 1200));
    }
    expect(20 * Math.log10(loudest)).toBeLessThan(-39);
    expect(marked.subarray(0, 160).every((sample) => sample > 32_000)).toBe(true);
  });
});
