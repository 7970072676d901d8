/**
 * Decoder of G.722 at 64 kbit/s (ITU-T G.722): two half-bands of ADPCM, put together by a quadrature mirror filter.
 * One octet gives two samples at 16 kHz. Names in capitals in comments are the recommendation's blocks (section 6.2).
 */
import { clamp, saturate } from './fixed-point.ts';

/** QMF coefficients, the first half of a symmetric filter (table 11). */
const QMF = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11);
/** Inverse quantisers of the high band (2 bits) and the low band (4 bits for the predictor, 6 for the output). */
const QM2 = Int32Array.of(-7408, -1616, 7408, 1616);
const QM4 = Int32Array.from(
  [0, -20456, -12896, -8968, -6288, -4240, -2584, -1200].concat([
    20456, 12896, 8968, 6288, 4240, 2584, 1200, 0,
  ]),
);
/** Magnitudes of the 6-bit quantiser, loudest first (table 17); code words 4 to 31 are negative, 32 to 59 positive. */
const QM6_LEVELS = [
  24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576,
].concat([6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728]);
const QM6 = Int32Array.from(
  [-136, -136, -136, -136, ...QM6_LEVELS.map((level) => -level), ...QM6_LEVELS].concat([
    432, 136, -432, -136,
  ]),
);
/** Steps of the logarithmic scale factors by code word: tables 15 and 20, folded over sign and magnitude. */
const LOW_STEPS = Int32Array.from(
  [-60, 3042, 1198, 538, 334, 172, 58, -30].concat([3042, 1198, 538, 334, 172, 58, -30, -60]),
);
const HIGH_STEPS = Int32Array.of(798, -214, 798, -214);
/** Antilogarithm: 2^(i/32) on a scale of 2048. */
const ANTILOG = Int32Array.from({ length: 32 }, (_, i) => Math.round(2048 * 2 ** (i / 32)));

/** State of one half-band: scale factor, two poles, six zeros. */
class Band {
  /** Prediction of the next sample. */
  prediction = 0;
  /** Quantiser scale. */
  scale: number;
  readonly #logLimit: number;
  readonly #logShift: number;
  #logScale = 0;
  #zeroPart = 0;
  readonly #a = new Int32Array(2);
  readonly #b = new Int32Array(6);
  readonly #r = new Int32Array(2);
  readonly #p = new Int32Array(2);
  readonly #d = new Int32Array(6);

  constructor(scale: number, logLimit: number, logShift: number) {
    this.scale = scale;
    this.#logLimit = logLimit;
    this.#logShift = logShift;
  }

  /** Takes one sample's quantised difference and the step of the scale factor that goes with its code word. */
  adapt(difference: number, step: number): void {
    this.#adaptScale(step);
    const partial = saturate(this.#zeroPart + difference);
    this.#adaptPoles(partial);
    this.#adaptZeros(difference);
    this.#predict(saturate(this.prediction + difference), difference);
  }

  /** LOGSCL and SCALEL, LOGSCH and SCALEH. */
  #adaptScale(step: number): void {
    this.#logScale = clamp(((this.#logScale * 127) >> 7) + step, 0, this.#logLimit);
    const mantissa = ANTILOG[(this.#logScale >> 6) & 31] ?? 0;
    const shift = this.#logShift - (this.#logScale >> 11);
    this.scale = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;
  }

  /** UPPOL2 and UPPOL1. */
  #adaptPoles(partial: number): void {
    const [a1 = 0, a2 = 0] = this.#a;
    const [p1 = 0, p2 = 0] = this.#p;
    const like1 = partial < 0 === p1 < 0;
    const like2 = partial < 0 === p2 < 0;
    const turned = saturate(like1 ? -saturate(a1 << 2) : saturate(a1 << 2));
    const second = clamp((like2 ? 128 : -128) + (turned >> 7) + ((a2 * 32_512) >> 15), -12_288, 12_288);
    const limit = saturate(15_360 - second);
    this.#a[0] = clamp(saturate((like1 ? 192 : -192) + ((a1 * 32_640) >> 15)), -limit, limit);
    this.#a[1] = second;
    this.#p[1] = p1;
    this.#p[0] = partial;
  }

  /** UPZERO. */
  #adaptZeros(difference: number): void {
    const step = difference === 0 ? 0 : 128;
    for (let i = 0; i < 6; i++) {
      const like = (this.#d[i] ?? 0) < 0 === difference < 0;
      this.#b[i] = saturate((like ? step : -step) + (((this.#b[i] ?? 0) * 32_640) >> 15));
    }
  }

  /** DELAYA, FILTEP, FILTEZ and PREDIC. */
  #predict(reconstructed: number, difference: number): void {
    const r = this.#r;
    r[1] = r[0] ?? 0;
    r[0] = reconstructed;
    const poles = saturate(
      (((this.#a[0] ?? 0) * saturate(2 * r[0])) >> 15) + (((this.#a[1] ?? 0) * saturate(2 * r[1])) >> 15),
    );
    this.#d.copyWithin(1, 0, 5);
    this.#d[0] = difference;
    let zeros = 0;
    for (let i = 5; i >= 0; i--) zeros += ((this.#b[i] ?? 0) * saturate(2 * (this.#d[i] ?? 0))) >> 15;
    this.#zeroPart = saturate(zeros);
    this.prediction = saturate(poles + this.#zeroPart);
  }
}

/** One stream. Every octet is a valid code, so nothing can fail. */
export class G722Decoder {
  readonly #low = new Band(32, 18_432, 8);
  readonly #high = new Band(8, 22_528, 10);
  /** The last 24 sums and differences of the half-bands, newest last. */
  readonly #history = new Int32Array(24);

  /** Two samples at 16 kHz for each octet. */
  decode(payload: Uint8Array): Int16Array {
    const pcm = new Int16Array(2 * payload.length);
    for (let i = 0; i < payload.length; i++) this.#decodeOctet(payload[i] ?? 0, pcm, 2 * i);
    return pcm;
  }

  #decodeOctet(octet: number, pcm: Int16Array, at: number): void {
    const low = this.#low;
    const high = this.#high;
    const lowCode = octet & 0x3f;
    const highCode = octet >> 6;
    const lowOut = clamp(low.prediction + ((low.scale * (QM6[lowCode] ?? 0)) >> 15), -16_384, 16_383);
    low.adapt((low.scale * (QM4[lowCode >> 2] ?? 0)) >> 15, LOW_STEPS[lowCode >> 2] ?? 0);
    const difference = (high.scale * (QM2[highCode] ?? 0)) >> 15;
    const highOut = clamp(high.prediction + difference, -16_384, 16_383);
    high.adapt(difference, HIGH_STEPS[highCode] ?? 0);
    this.#join(lowOut, highOut, pcm, at);
  }

  /** The receive QMF (section 4.4). */
  #join(low: number, high: number, pcm: Int16Array, at: number): void {
    const x = this.#history;
    x.copyWithin(0, 2);
    x[22] = low + high;
    x[23] = low - high;
    let first = 0;
    let second = 0;
    for (let i = 0; i < 12; i++) {
      first += (x[2 * i + 1] ?? 0) * (QMF[11 - i] ?? 0);
      second += (x[2 * i] ?? 0) * (QMF[i] ?? 0);
    }
    pcm[at] = saturate(first >> 11);
    pcm[at + 1] = saturate(second >> 11);
  }
}
