/** Takes bits from the front of a payload, the most significant of each octet first; beyond the end there are zeros. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** How many bits were asked for so far; more than the payload has when it was too short. */
  get taken(): number {
    return this.#at;
  }

  /** The next `count` bits as a number; up to 8. */
  take(count: number): number {
    const octet = this.#at >> 3;
    const both = ((this.#bytes[octet] ?? 0) << 8) | (this.#bytes[octet + 1] ?? 0);
    const value = (both >> (16 - (this.#at & 7) - count)) & ((1 << count) - 1);
    this.#at += count;
    return value;
  }

  /** The next `count` bits as octets, the last one filled up with zeros. */
  takeOctets(count: number): Buffer {
    const octets = Buffer.alloc(Math.ceil(count / 8));
    for (let i = 0; i < octets.length; i++) {
      const bits = Math.min(8, count - 8 * i);
      octets[i] = this.take(bits) << (8 - bits);
    }
    return octets;
  }
}
