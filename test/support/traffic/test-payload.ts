/**
 * Audio that can be checked by its place alone: which octets a packet carries follows from the stream's seed and the
 * packet's number, so that what was stored needs no list of what was sent.
 */

/** Octets in a packet: Opus at 320 kbit/s fills a chunk of the spool in half a second. */
export const PAYLOAD_OCTETS = 800;
/** Length of a packet. */
export const PACKET_MS = 20;
/** Ticks of the RTP clock in a packet (RFC 7587 section 4.1: 48 kHz). */
export const PACKET_TICKS = 960;
export const PAYLOAD_TYPE = 96;
/** One CELT frame of 20 ms (RFC 6716 section 3.1, configuration 31). */
const TABLE_OF_CONTENTS = 0xf8;

/** The payload of packet `number` of the stream with this seed. */
export function payloadOf(seed: number, number: number): Buffer {
  const payload = Buffer.allocUnsafe(PAYLOAD_OCTETS);
  let word = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)) | 1;
  for (let at = 0; at < PAYLOAD_OCTETS; at += 4) {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    payload.writeInt32LE(word, at);
  }
  payload[0] = TABLE_OF_CONTENTS;
  return payload;
}
