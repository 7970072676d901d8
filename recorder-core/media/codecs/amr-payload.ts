/** Takes the frames out of an AMR or AMR-WB payload (RFC 4867 section 4), in either packing and with every option. */
import type { AmrFormat } from './amr-format.ts';
import { amrFrameBits } from './amr-format.ts';
import { BitReader } from './bit-reader.ts';

/** One frame of 20 ms. */
export interface AmrFrame {
  readonly type: number;
  /** False when the sender says that the frame was damaged before it got it. */
  readonly good: boolean;
  /** The frame's bits in the order of the standard, filled up to whole octets; empty for a frame without data. */
  readonly bits: Buffer;
}

interface TocEntry {
  readonly type: number;
  readonly good: boolean;
  readonly bits: number;
}

const CMR_BITS = 4;

/**
 * The frames of one payload in their order of sending, or `undefined` when it cannot be a payload of this format; such
 * a packet is discarded as a whole (section 4.3.2). Senders that agree on one packing and use the other exist, so a
 * payload that does not fit exactly is read as the other packing if it fits that exactly. Never throws. Frame checks
 * are passed over: UDP has its own.
 */
export function readAmrPayload(format: AmrFormat, payload: Uint8Array): readonly AmrFrame[] | undefined {
  const frames = format.octetAligned ? readAligned(format, payload) : readPacked(format, payload);
  if (frames !== undefined || format.crc || format.robustSorting || format.interleaved) return frames;
  return format.octetAligned ? readPacked(format, payload) : readAligned(format, payload);
}

/** Bandwidth-efficient packing: everything bit by bit without a gap (section 4.3). */
function readPacked(format: AmrFormat, payload: Uint8Array): AmrFrame[] | undefined {
  const reader = new BitReader(payload);
  reader.take(CMR_BITS);
  const toc = readToc(format, reader, payload.length, 0);
  if (toc === undefined) return undefined;
  const frames = toc.map(({ type, good, bits }) => ({ type, good, bits: reader.takeOctets(bits) }));
  return Math.ceil(reader.taken / 8) === payload.length ? frames : undefined;
}

/** Octet-aligned packing: every field and frame filled up to whole octets (section 4.4). */
function readAligned(format: AmrFormat, payload: Uint8Array): AmrFrame[] | undefined {
  const reader = new BitReader(payload);
  reader.take(format.interleaved ? 8 : CMR_BITS);
  reader.take(format.interleaved ? 8 : 4);
  const toc = readToc(format, reader, payload.length, 2);
  if (toc === undefined) return undefined;
  const checks = format.crc ? toc.filter(({ bits }) => bits > 0).length : 0;
  const data = payload.subarray(reader.taken / 8 + checks);
  const lengths = toc.map(({ bits }) => Math.ceil(bits / 8));
  if (data.length !== lengths.reduce((sum, length) => sum + length, 0)) return undefined;
  const octets = format.robustSorting ? unsort(data, lengths) : split(data, lengths);
  return toc.map(({ type, good }, i) => ({ type, good, bits: octets[i] ?? Buffer.alloc(0) }));
}

/** One entry a frame, until the entry that says it is the last; `padding` bits follow each. */
function readToc(
  { wideband }: AmrFormat,
  reader: BitReader,
  payloadOctets: number,
  padding: number,
): TocEntry[] | undefined {
  const toc: TocEntry[] = [];
  for (let more = true; more;) {
    more = reader.take(1) === 1;
    const type = reader.take(4);
    const good = reader.take(1) === 1;
    reader.take(padding);
    const bits = amrFrameBits(wideband, type);
    if (bits === undefined || reader.taken > 8 * payloadOctets) return undefined;
    toc.push({ type, good, bits });
  }
  return toc;
}

function split(data: Uint8Array, lengths: readonly number[]): Buffer[] {
  let at = 0;
  return lengths.map((length) => Buffer.from(data.subarray(at, (at += length))));
}

/** First the first octet of every frame, then the second of every frame that has one, and so on. */
function unsort(data: Uint8Array, lengths: readonly number[]): Buffer[] {
  const frames = lengths.map((length) => Buffer.alloc(length));
  const longest = Math.max(0, ...lengths);
  let at = 0;
  for (let octet = 0; octet < longest; octet++) {
    for (const frame of frames) if (octet < frame.length) frame[octet] = data[at++] ?? 0;
  }
  return frames;
}
