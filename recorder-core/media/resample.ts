/** Change of sample rate by a windowed sinc in as many phases as the ratio of the rates needs. */
import { saturate } from './codecs/fixed-point.ts';

/** Zero crossings of the sinc on each side: 70 dB down beyond a transition of 9 % of the lower rate. */
const CROSSINGS = 24;
/** Of the Kaiser window, for 70 dB. */
const BETA = 6.755;

/**
 * Resamples one unbroken stretch; what lies beyond its ends counts as silence. The cut-off is half the lower rate.
 * Rising by a whole factor keeps every sample of the input as it is. Same rate in and out gives the input itself.
 * Rates are whole numbers of Hz. Output has `round(length * to / from)` samples.
 */
export function resample(pcm: Int16Array, from: number, to: number): Int16Array {
  if (from === to) return pcm;
  const divisor = greatestCommonDivisor(from, to);
  const [up, down] = [to / divisor, from / divisor];
  const reach = Math.ceil(CROSSINGS * Math.max(1, down / up));
  const phases = Array.from({ length: up }, (_, phase) => phaseOf(phase / up, reach, Math.min(1, up / down)));
  const out = new Int16Array(Math.round((pcm.length * up) / down));
  for (let i = 0; i < out.length; i++) {
    const position = i * down;
    const phase = phases[position % up];
    if (phase !== undefined)
      out[i] = saturate(Math.round(convolve(pcm, Math.floor(position / up), phase, reach)));
  }
  return out;
}

/** Weights of the input samples from `-reach + 1` to `reach` around a place `fraction` behind sample 0. */
function phaseOf(fraction: number, reach: number, cutoff: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * reach }, (_, i) => {
    const distance = i - reach + 1 - fraction;
    return sinc(cutoff * distance) * kaiser(distance / reach);
  });
  // Every phase passes a constant unchanged, so that phases do not modulate what passes.
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function convolve(pcm: Int16Array, centre: number, weights: Float64Array, reach: number): number {
  const first = centre - reach + 1;
  let sum = 0;
  for (let i = Math.max(0, -first); i < weights.length && first + i < pcm.length; i++) {
    sum += (pcm[first + i] ?? 0) * (weights[i] ?? 0);
  }
  return sum;
}

function sinc(x: number): number {
  // Whole numbers are exactly zero, which floating point would miss.
  if (Number.isInteger(x)) return x === 0 ? 1 : 0;
  return Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x)) / bessel(BETA);
}

/** Modified Bessel function of the first kind, order zero, by its power series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
