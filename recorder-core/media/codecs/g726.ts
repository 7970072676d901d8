/**
 * Decoder of G.726 ADPCM at 16, 24, 32 and 40 kbit/s (ITU-T G.726). One code word gives one sample at 8 kHz.
 * Names in capitals in comments are the recommendation's blocks (section 4.2).
 */
import { clamp, saturate } from './fixed-point.ts';
import type { G726Format } from './g726-payload.ts';
import { readG726Payload } from './g726-payload.ts';

/** What a code word's magnitude means: its logarithm, its step of the scale factor (W) and its speed (F). */
interface Quantiser {
  readonly logs: readonly number[];
  readonly steps: readonly number[];
  readonly speeds: readonly number[];
}

/** The logarithm of nothing: far enough down that no scale factor lifts it above zero. */
const NONE = -2048;
/** Tables 8 to 15, 17 and 18 for each width of code word. */
const QUANTISERS: Readonly<Record<G726Format['bits'], Quantiser>> = {
  2: { logs: [116, 365], steps: [-22, 439], speeds: [0, 7] },
  3: { logs: [NONE, 135, 273, 373], steps: [-4, 30, 137, 582], speeds: [0, 1, 2, 7] },
  4: {
    logs: [NONE, 4, 135, 213, 273, 323, 373, 425],
    steps: [-12, 18, 41, 64, 112, 198, 355, 1122],
    speeds: [0, 0, 0, 1, 1, 1, 3, 7],
  },
  5: {
    logs: [NONE, -66, 28, 104, 169, 224, 274, 318, 358, 395, 429, 459, 488, 514, 539, 566],
    steps: [14, 14, 24, 39, 40, 41, 58, 100, 141, 179, 219, 280, 358, 440, 529, 696],
    speeds: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6],
  },
};

/** The recommendation's 11-bit float: sign, 4 bits of exponent, 6 of mantissa (FLOATA, FLOATB). */
function toFloat(magnitude: number, negative: boolean): number {
  const exponent = magnitude === 0 ? 0 : 32 - Math.clz32(magnitude);
  const mantissa = magnitude === 0 ? 32 : (magnitude << 6) >> exponent;
  return (negative ? 0x400 : 0) | (exponent << 6) | mantissa;
}

/** Product of a coefficient and a float (FMULT). */
function multiply(coefficient: number, float: number): number {
  const magnitude = coefficient > 0 ? coefficient : -coefficient & 0x1fff;
  const exponent = magnitude === 0 ? 0 : 32 - Math.clz32(magnitude);
  const mantissa = magnitude === 0 ? 32 : (magnitude << 6) >> exponent;
  const product = (mantissa * (float & 0x3f) + 0x30) >> 4;
  const shift = exponent + ((float >> 6) & 0xf) - 19;
  const value = shift >= 0 ? (product << shift) & 0x7fff : product >> -shift;
  return coefficient < 0 !== float >= 0x400 ? -value : value;
}

/** One stream. Every code word is valid, so nothing can fail. */
export class G726Decoder {
  readonly #format: G726Format;
  readonly #quantiser: Quantiser;
  readonly #a = new Int32Array(2);
  readonly #b = new Int32Array(6);
  /** Past signals and differences as floats, newest first. */
  readonly #signals = new Int32Array(2).fill(32);
  readonly #differences = new Int32Array(6).fill(32);
  /** Signs of the last two partial signals. */
  readonly #signs: [boolean, boolean] = [false, false];
  #fastScale = 544;
  #slowScale = 34_816;
  #shortAverage = 0;
  #longAverage = 0;
  #speed = 0;
  #tone = false;

  constructor(format: G726Format) {
    this.#format = format;
    this.#quantiser = QUANTISERS[format.bits];
  }

  /** One 16-bit sample for each whole code word in the payload. */
  decode(payload: Uint8Array): Int16Array {
    return Int16Array.from(readG726Payload(this.#format, payload), (word) => this.#decodeWord(word));
  }

  #decodeWord(word: number): number {
    const half = 1 << (this.#format.bits - 1);
    const negative = word >= half;
    const level = negative ? 2 * half - 1 - word : word;
    const scale = this.#mixScales();
    const magnitude = unscale((this.#quantiser.logs[level] ?? 0) + (scale >> 2));
    const difference = negative ? -magnitude : magnitude;
    const zeros = this.#zeroPart();
    const estimate = (zeros + this.#polePart()) >> 1;
    const signal = estimate + difference;
    const partial = difference + (zeros >> 1);
    const jump = this.#isJump(magnitude);
    this.#adaptScales(scale, this.#quantiser.steps[level] ?? 0);
    this.#adaptPredictor(partial, magnitude, negative, jump);
    this.#remember(signal, magnitude, negative, partial < 0);
    this.#tone = !jump && (this.#a[1] ?? 0) < -11_776;
    this.#adaptSpeed(scale, this.#quantiser.speeds[level] ?? 0, jump);
    return saturate(signal * 4);
  }

  /** MIX: between the slow and the fast scale factor, as the speed says (LIMA). */
  #mixScales(): number {
    const slow = this.#slowScale >> 6;
    const product = (this.#fastScale - slow) * Math.min(64, this.#speed >> 2);
    return slow + (product < 0 ? -(-product >> 6) : product >> 6);
  }

  #zeroPart(): number {
    let sum = 0;
    for (let i = 0; i < 6; i++) sum += multiply((this.#b[i] ?? 0) >> 2, this.#differences[i] ?? 0);
    return sum;
  }

  #polePart(): number {
    const [a1 = 0, a2 = 0] = this.#a;
    return multiply(a1 >> 2, this.#signals[0] ?? 0) + multiply(a2 >> 2, this.#signals[1] ?? 0);
  }

  /** TRANS: a leap after a tone, as modems make it. */
  #isJump(magnitude: number): boolean {
    if (!this.#tone) return false;
    const exponent = this.#slowScale >> 15;
    const threshold = exponent > 9 ? 31 << 10 : (32 + ((this.#slowScale >> 10) & 31)) << exponent;
    return magnitude > (threshold + (threshold >> 1)) >> 1;
  }

  /** FILTD, LIMB and FILTE. */
  #adaptScales(scale: number, step: number): void {
    this.#fastScale = clamp(scale + ((32 * step - scale) >> 5), 544, 5120);
    this.#slowScale += this.#fastScale + (-this.#slowScale >> 6);
  }

  /** UPA2, LIMC, UPA1, LIMD and UPB; after a jump everything starts at zero (TRIGB). */
  #adaptPredictor(partial: number, magnitude: number, negative: boolean, jump: boolean): void {
    if (jump) {
      this.#a.fill(0);
      this.#b.fill(0);
      return;
    }
    const [a1 = 0, a2 = 0] = this.#a;
    const like1 = partial < 0 === this.#signs[0];
    const like2 = partial < 0 === this.#signs[1];
    let second = a2 - (a2 >> 7);
    let first = a1 - (a1 >> 8);
    if (partial !== 0) {
      second += ((like2 ? 128 : -128) + pull(like1 ? -a1 : a1)) | 0;
      first += like1 ? 192 : -192;
    }
    this.#a[1] = clamp(second, -12_288, 12_288);
    const limit = 15_360 - (this.#a[1] ?? 0);
    this.#a[0] = clamp(first, -limit, limit);
    const leak = this.#format.bits === 5 ? 9 : 8;
    for (let i = 0; i < 6; i++) {
      const b = this.#b[i] ?? 0;
      const like = negative === (this.#differences[i] ?? 0) >= 0x400;
      const step = like ? 128 : -128;
      this.#b[i] = b - (b >> leak) + (magnitude === 0 ? 0 : step);
    }
  }

  #remember(signal: number, magnitude: number, negative: boolean, partialNegative: boolean): void {
    this.#differences.copyWithin(1, 0, 5);
    this.#differences[0] = toFloat(magnitude, negative);
    this.#signals[1] = this.#signals[0] ?? 0;
    this.#signals[0] = toFloat(Math.min(Math.abs(signal), 0x7fff), signal < 0);
    this.#signs[1] = this.#signs[0];
    this.#signs[0] = partialNegative;
  }

  /** FILTA, FILTB, SUBTC, FILTC and TRIGA. */
  #adaptSpeed(scale: number, speed: number, jump: boolean): void {
    this.#shortAverage += ((speed << 9) - this.#shortAverage) >> 5;
    this.#longAverage += ((speed << 11) - this.#longAverage) >> 7;
    const changing =
      Math.abs((this.#shortAverage << 2) - this.#longAverage) >= this.#longAverage >> 3 ||
      scale < 1536 ||
      this.#tone;
    if (jump) this.#speed = 256;
    else this.#speed += ((changing ? 512 : 0) - this.#speed) >> 4;
  }
}

/** ANTILOG: a difference's magnitude from its logarithm. */
function unscale(log: number): number {
  return log < 0 ? 0 : ((128 + (log & 127)) << 7) >> (14 - ((log >> 7) & 15));
}

/** The part of the second pole's step that follows the first pole (UPA2). */
function pull(first: number): number {
  if (first < -8191) return -256;
  return first > 8191 ? 255 : first >> 5;
}
