/** The discrete Fourier transform of complex numbers in place, for one length that is a power of two (radix 2). */
export class FourierTransform {
  readonly #size: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  constructor(size: number) {
    this.#size = size;
    const angle = (k: number): number => (-2 * Math.PI * k) / size;
    this.#cos = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos(angle(k)));
    this.#sin = Float64Array.from({ length: size / 2 }, (_, k) => Math.sin(angle(k)));
  }

  forward(real: Float64Array, imaginary: Float64Array): void {
    const n = this.#size;
    reverseBits(real, imaginary);
    for (let width = 2; width <= n; width *= 2) {
      const half = width / 2;
      const stride = n / width;
      for (let start = 0; start < n; start += width) {
        for (let k = 0; k < half; k += 1) {
          const [a, b] = [start + k, start + k + half];
          const [cos, sin] = [this.#cos[k * stride] as number, this.#sin[k * stride] as number];
          const [rb, ib] = [real[b] as number, imaginary[b] as number];
          const [re, im] = [rb * cos - ib * sin, rb * sin + ib * cos];
          const [ra, ia] = [real[a] as number, imaginary[a] as number];
          real[a] = ra + re;
          imaginary[a] = ia + im;
          real[b] = ra - re;
          imaginary[b] = ia - im;
        }
      }
    }
  }

  /** Without the division by the length. */
  inverse(real: Float64Array, imaginary: Float64Array): void {
    this.forward(imaginary, real);
  }
}

function reverseBits(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i += 1) {
    let bit = n >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [real[i], real[j]] = [real[j] as number, real[i] as number];
      [imaginary[i], imaginary[j]] = [imaginary[j] as number, imaginary[i] as number];
    }
  }
}
