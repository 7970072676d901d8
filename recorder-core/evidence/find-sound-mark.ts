/** Whose copy a sound came from: the marks of `sound-mark.ts`, found in what is left of a playable file. */
import { FourierTransform } from './fourier.ts';
import { MARK_CHIPS, MARK_RATE, markChips, type PcmShape } from './sound-mark.ts';

/** A recipient's mark and how clearly it stands out, in standard deviations of chance. */
export interface FoundMark {
  readonly watermark: string;
  readonly score: number;
}

/** By chance a mark that is not there reaches this once in some millions of searches: 2^17 places, one-sided normal. */
export const SURE_SCORE = 7;

const WINDOW = 256;
/** Below this a bin of the spectrum is emptiness, which has no phase worth hearing. */
const EMPTY = 40;

/**
 * Looks for each of the watermarks in interleaved 16-bit PCM of at least some seconds, wherever a piece was cut from; the clearest
 * first. One with a score of SURE_SCORE is there. The rate must be a multiple of MARK_RATE: convert before. Pure.
 */
export function findSoundMark(
  pcm: Int16Array,
  shape: PcmShape,
  markKey: Buffer,
  watermarks: readonly string[],
): FoundMark[] {
  const folded = new Float64Array(MARK_CHIPS);
  for (let channel = 0; channel < shape.channels; channel += 1) {
    for (const [i, value] of whiten(oneChannel(pcm, shape, channel)).entries()) {
      folded[i % MARK_CHIPS] = (folded[i % MARK_CHIPS] as number) + value;
    }
  }
  const spectrum = { real: folded, imaginary: new Float64Array(MARK_CHIPS) };
  const fourier = new FourierTransform(MARK_CHIPS);
  fourier.forward(spectrum.real, spectrum.imaginary);
  return watermarks
    .map((watermark) => ({ watermark, score: score(fourier, spectrum, markChips(markKey, watermark)) }))
    .sort((a, b) => b.score - a.score);
}

/** The highest point of the circular correlation with the noise, over its standard deviation. */
function score(
  fourier: FourierTransform,
  { real, imaginary }: { readonly real: Float64Array; readonly imaginary: Float64Array },
  chips: Int8Array,
): number {
  const re = Float64Array.from(chips);
  const im = new Float64Array(chips.length);
  fourier.forward(re, im);
  for (let i = 0; i < re.length; i += 1) {
    const [a, b, c, d] = [real[i], imaginary[i], re[i], im[i]] as [number, number, number, number];
    re[i] = a * c + b * d;
    im[i] = b * c - a * d;
  }
  fourier.inverse(re, im);
  const power = re.reduce((sum, value) => sum + value * value, 0) / re.length;
  return power === 0 ? 0 : re.reduce((most, value) => Math.max(most, value), 0) / Math.sqrt(power);
}

/** One channel at MARK_RATE: the mean of the samples that one chip stands in. */
function oneChannel(pcm: Int16Array, { rate, channels }: PcmShape, channel: number): Float64Array {
  const held = rate / MARK_RATE;
  return Float64Array.from({ length: Math.floor(pcm.length / channels / held) }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < held; k += 1) sum += pcm[(i * held + k) * channels + channel] ?? 0;
    return sum / held;
  });
}

/** Every bin of every short spectrum with its phase and the same weight: what is loud then drowns nothing. */
function whiten(sound: Float64Array): Float64Array {
  const white = new Float64Array(sound.length);
  const fourier = new FourierTransform(WINDOW);
  const window = Float64Array.from({ length: WINDOW }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / WINDOW));
  for (let start = 0; start + WINDOW <= sound.length; start += WINDOW / 2) {
    const re = window.map((weight, i) => weight * (sound[start + i] as number));
    const im = new Float64Array(WINDOW);
    fourier.forward(re, im);
    for (let i = 0; i < WINDOW; i += 1) {
      const size = Math.hypot(re[i] as number, im[i] as number) + EMPTY;
      re[i] = (re[i] as number) / size;
      im[i] = (im[i] as number) / size;
    }
    fourier.inverse(re, im);
    for (let i = 0; i < WINDOW; i += 1)
      white[start + i] = (white[start + i] as number) + (window[i] as number) * (re[i] as number);
  }
  return white;
}
