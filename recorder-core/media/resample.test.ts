import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resample } from './resample.ts';

const RATES = [8000, 16_000, 48_000];

function tone(frequencyHz: number, rate: number, samples = rate / 4): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) =>
    Math.round(12_000 * Math.sin((2 * Math.PI * frequencyHz * i) / rate)),
  );
}

/** Amplitude of one frequency in the middle of a signal, away from its ends (a windowed Fourier sum). */
function amplitudeOf(pcm: Int16Array, frequencyHz: number, rate: number): number {
  const [from, to] = [Math.floor(pcm.length / 4), Math.floor((3 * pcm.length) / 4)];
  let [re, im, sum] = [0, 0, 0];
  for (let i = from; i < to; i++) {
    const window = Math.sin((Math.PI * (i - from)) / (to - from)) ** 2;
    const phase = (2 * Math.PI * frequencyHz * i) / rate;
    re += window * (pcm[i] ?? 0) * Math.cos(phase);
    im += window * (pcm[i] ?? 0) * Math.sin(phase);
    sum += window;
  }
  return (2 * Math.hypot(re, im)) / sum;
}

const decibels = (amplitude: number): number => 20 * Math.log10(amplitude / 12_000);

describe('a change of sample rate', () => {
  it.each([
    [300, 8000, 16_000],
    [1000, 8000, 48_000],
    [3400, 8000, 16_000],
    [7000, 16_000, 48_000],
    [1000, 16_000, 8000],
    [3400, 48_000, 8000],
    [7000, 48_000, 16_000],
  ])('leaves a tone of %d Hz from %d to %d Hz as loud as it was', (frequencyHz, from, to) => {
    const out = resample(tone(frequencyHz, from), from, to);
    expect(Math.abs(decibels(amplitudeOf(out, frequencyHz, to)))).toBeLessThan(0.1);
  });

  it.each([
    [3400, 8000, 16_000, 4600],
    [1000, 8000, 48_000, 7000],
    [1000, 8000, 48_000, 9000],
    [7000, 16_000, 48_000, 9000],
    [4600, 16_000, 8000, 3400],
    [7000, 48_000, 8000, 1000],
    [9000, 48_000, 16_000, 7000],
  ])('of a tone of %d Hz from %d to %d Hz makes no mirror image at %d Hz', (frequencyHz, from, to, image) => {
    const out = resample(tone(frequencyHz, from), from, to);
    expect(decibels(amplitudeOf(out, image, to))).toBeLessThan(-60);
  });

  it('upwards keeps every sample as it was', () => {
    fc.assert(
      fc.property(fc.int16Array({ maxLength: 200 }), fc.constantFrom(2, 3, 6), (pcm, factor) => {
        const out = resample(pcm, 8000, 8000 * factor);
        expect(out).toHaveLength(pcm.length * factor);
        expect([...pcm].every((sample, i) => Math.abs(sample - (out[i * factor] ?? NaN)) <= 0)).toBe(true);
      }),
    );
  });

  it('of part of a signal gives what it gives for the whole, away from the ends', () => {
    const whole = tone(440, 8000, 4000);
    const out = resample(whole, 8000, 48_000);
    const part = resample(whole.subarray(1000, 2000), 8000, 48_000);
    expect(part.subarray(600, 5400)).toEqual(out.subarray(6600, 11_400));
  });

  it('has the length it should have for any length and rates, and never wraps round', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 100 }),
        fc.constantFrom(...RATES),
        fc.constantFrom(...RATES),
        (length, from, to) => {
          const square = Int16Array.from({ length }, (_, i) => (i % 20 < 10 ? 32_767 : -32_768));
          const out = resample(square, from, to);
          expect(out).toHaveLength(Math.round((length * to) / from));
          // Plateaus keep their sign: a sample that overflowed would have the other one.
          if (to >= from && length > 5) expect(out[Math.floor((5 * to) / from)]).toBeGreaterThan(30_000);
        },
      ),
    );
  });
});
