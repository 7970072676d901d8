/** Which packets of a log are marked, by their number: a bit for each, so that days of audio fit in memory. */
export class RecordMarks {
  #bits = new Uint8Array(1024);

  add(n: number): void {
    const byte = n >> 3;
    if (byte >= this.#bits.length) {
      const wider = new Uint8Array(Math.max(byte + 1, this.#bits.length * 2));
      wider.set(this.#bits);
      this.#bits = wider;
    }
    this.#bits[byte] = (this.#bits[byte] ?? 0) | (1 << (n & 7));
  }

  has(n: number): boolean {
    return ((this.#bits[n >> 3] ?? 0) & (1 << (n & 7))) !== 0;
  }
}
