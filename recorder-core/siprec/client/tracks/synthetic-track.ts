import { amrFrameBits } from '../../../media/codecs/amr-format.ts';
import { packAmrFrames } from './amr-file.ts';
import { checkPacketTime, clientCodec, type ClientCodec } from './client-codec.ts';
import { seededRandom } from './seeded-random.ts';
import { makeTrack, type Track } from './track.ts';

/** AMR 12.2 kbit/s and AMR-WB 12.65 kbit/s: what networks use most. */
const AMR_MODE = 7;
const AMR_WB_MODE = 2;
const GOOD_QUALITY = 0x04;
/** Opus table-of-contents octets for one SILK wideband frame (RFC 6716 section 3.1), by packet time in ms. */
const OPUS_TOC: Readonly<Record<number, number>> = { 10: 64, 20: 72, 40: 80, 60: 88 };
const OPUS_OCTETS_PER_MS = 3;

/**
 * Packets of the right form and size with octets made from the seed, where no audio file is at hand. They are for
 * comparing what was sent with what was stored; a decoder makes noise of them.
 *
 * @throws HoldfastError `invalid_input` for a codec or packet time that cannot be made.
 */
export function syntheticTrack(
  codecName: string,
  options: { readonly durationMs: number; readonly ptimeMs?: number; readonly seed: number },
): Track {
  const { durationMs, ptimeMs = 20, seed } = options;
  const codec = clientCodec(codecName);
  checkPacketTime(codec, ptimeMs);
  const random = seededRandom(seed);
  const packets = Array.from({ length: Math.ceil(durationMs / ptimeMs) }, () => ({
    payload: makePayload(codec, ptimeMs, random),
    ticks: (ptimeMs * codec.clockRate) / 1000,
  }));
  return makeTrack(codec, ptimeMs, packets);
}

function makePayload({ codec }: ClientCodec, ptimeMs: number, random: () => number): Buffer {
  const octets = (count: number): Buffer =>
    Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));
  switch (codec) {
    case 'opus': {
      const toc = OPUS_TOC[ptimeMs] ?? OPUS_TOC[10] ?? 0;
      return Buffer.concat([Buffer.from([toc]), octets(ptimeMs * OPUS_OCTETS_PER_MS)]);
    }
    case 'amr':
    case 'amr-wb':
      return packAmrFrames(Array.from({ length: ptimeMs / 20 }, () => amrFrame(codec === 'amr-wb', octets)));
    case 'g729':
      return octets(ptimeMs);
    case 'g726-32':
      return octets(ptimeMs * 4);
    default:
      return octets(ptimeMs * 8);
  }
}

/** A storage frame; the bits that fill up its last octet are 0 (RFC 4867 section 5.3). */
function amrFrame(wideband: boolean, octets: (count: number) => Buffer): Buffer {
  const mode = wideband ? AMR_WB_MODE : AMR_MODE;
  const bits = amrFrameBits(wideband, mode) ?? 0;
  const data = octets(Math.ceil(bits / 8));
  const unused = 8 * data.length - bits;
  const last = data.length - 1;
  data[last] = (data[last] ?? 0) & (0xff << unused);
  return Buffer.concat([Buffer.from([(mode << 3) | GOOD_QUALITY]), data]);
}
