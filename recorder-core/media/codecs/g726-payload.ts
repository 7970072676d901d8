/** Takes the code words out of a G.726 payload, in both orders of packing that exist (RFC 3551 section 4.5.4). */

/** How the code words of a stream lie in its octets. */
export interface G726Format {
  /** Bits of one code word: 2, 3, 4 or 5 for 16, 24, 32 or 40 kbit/s. */
  readonly bits: 2 | 3 | 4 | 5;
  /** False for RFC 3551: the first code word in the low bits. True for ITU-T I.366.2 (AAL2): in the high bits. */
  readonly highBitsFirst: boolean;
}

/** How many whole code words, each of them one sample, a payload of this many octets holds. */
export function g726Samples({ bits }: G726Format, octets: number): number {
  return Math.floor((8 * octets) / bits);
}

/** The code words in order; bits left over at the end are passed over. Never throws. */
export function readG726Payload({ bits, highBitsFirst }: G726Format, payload: Uint8Array): Uint8Array {
  const words = new Uint8Array(g726Samples({ bits, highBitsFirst }, payload.length));
  const mask = (1 << bits) - 1;
  for (let i = 0; i < words.length; i++) {
    const at = i * bits;
    const first = payload[at >> 3] ?? 0;
    const second = payload[(at >> 3) + 1] ?? 0;
    const shift = at & 7;
    words[i] = highBitsFirst
      ? (((first << 8) | second) >> (16 - shift - bits)) & mask
      : ((first | (second << 8)) >> shift) & mask;
  }
  return words;
}
