/** RTP packets on the wire (RFC 3550 section 5.1): reading and writing, nothing remembered between packets. */
import { HoldfastError } from '../errors.ts';
import { RtpView } from './rtp-view.ts';

/** One parsed packet. `payload` and `extension.data` are views into the buffer that was read, not copies. */
export interface RtpPacket {
  /** 0 to 127. */
  readonly payloadType: number;
  readonly marker: boolean;
  /** 16 bits, wraps. */
  readonly sequence: number;
  /** 32 bits in units of the codec's RTP clock, wraps. */
  readonly timestamp: number;
  readonly ssrc: number;
  readonly csrcs: readonly number[];
  readonly extension: RtpExtension | undefined;
  readonly payload: Buffer;
  /** Trailing bytes that are not payload; 0 when the padding bit is clear. */
  readonly paddingBytes: number;
}

/** Header extension (RFC 3550 section 5.3.1); `data` is a whole number of 32-bit words. */
export interface RtpExtension {
  readonly profile: number;
  readonly data: Buffer;
}

/** What `buildRtp` needs; everything left out is empty or false. */
export type RtpFields = Pick<RtpPacket, 'payloadType' | 'sequence' | 'timestamp' | 'ssrc' | 'payload'> &
  Partial<Omit<RtpPacket, 'extension'>> & { readonly extension?: RtpExtension | undefined };

const VERSION_BITS = 0x80;
const PADDING_BIT = 0x20;
const EXTENSION_BIT = 0x10;
const FIXED_HEADER_BYTES = 12;

/** Reads one datagram. Returns `undefined` for anything that is not a whole RTP version 2 packet; never throws. */
export function parseRtp(buf: Buffer): RtpPacket | undefined {
  const view = new RtpView();
  if (!view.read(buf)) return undefined;
  const { payloadType, marker, sequence, timestamp, ssrc, csrcCount, extensionAt, payloadAt, payloadEnd } =
    view;
  return {
    payloadType,
    marker,
    sequence,
    timestamp,
    ssrc,
    csrcs: csrcCount === 0 ? [] : readCsrcs(buf, csrcCount),
    extension:
      extensionAt === 0
        ? undefined
        : { profile: buf.readUInt16BE(extensionAt), data: buf.subarray(extensionAt + 4, payloadAt) },
    payload: buf.subarray(payloadAt, payloadEnd),
    paddingBytes: buf.length - payloadEnd,
  };
}

function readCsrcs(buf: Buffer, count: number): number[] {
  return Array.from({ length: count }, (_, i) => buf.readUInt32BE(FIXED_HEADER_BYTES + 4 * i));
}

/**
 * Writes one packet; `parseRtp(buildRtp(p))` gives `p` back.
 * Fails with `invalid_input` when a list or extension does not fit the header's counters.
 */
export function buildRtp(fields: RtpFields): Buffer {
  const { csrcs = [], extension, payload, paddingBytes = 0 } = fields;
  refuseUnless(csrcs.length <= 15, 'an RTP packet names at most 15 contributing sources');
  refuseUnless(paddingBytes >= 0 && paddingBytes <= 255, 'RTP padding is 0 to 255 bytes');
  const words = (extension?.data.length ?? 0) / 4;
  refuseUnless(Number.isInteger(words) && words <= 0xffff, 'an RTP header extension is whole 32-bit words');

  const extensionBytes = extension === undefined ? 0 : 4 + extension.data.length;
  const payloadAt = FIXED_HEADER_BYTES + 4 * csrcs.length + extensionBytes;
  const out = Buffer.alloc(payloadAt + payload.length + paddingBytes);
  out.writeUInt8(
    VERSION_BITS |
      (paddingBytes > 0 ? PADDING_BIT : 0) |
      (extension === undefined ? 0 : EXTENSION_BIT) |
      csrcs.length,
    0,
  );
  out.writeUInt8((fields.marker === true ? 0x80 : 0) | (fields.payloadType & 0x7f), 1);
  out.writeUInt16BE(fields.sequence & 0xffff, 2);
  out.writeUInt32BE(fields.timestamp >>> 0, 4);
  out.writeUInt32BE(fields.ssrc >>> 0, 8);
  csrcs.forEach((csrc, i) => out.writeUInt32BE(csrc >>> 0, FIXED_HEADER_BYTES + 4 * i));
  if (extension !== undefined) {
    const at = payloadAt - extensionBytes;
    out.writeUInt16BE(extension.profile, at);
    out.writeUInt16BE(words, at + 2);
    extension.data.copy(out, at + 4);
  }
  payload.copy(out, payloadAt);
  if (paddingBytes > 0) out.writeUInt8(paddingBytes, out.length - 1);
  return out;
}

function refuseUnless(condition: boolean, rule: string): void {
  if (!condition) {
    throw new HoldfastError(
      'invalid_input',
      `The RTP packet cannot be written: ${rule}. Correct the fields.`,
    );
  }
}

/** True when a datagram on a shared RTP/RTCP port is RTCP (RFC 5761 section 4: packet types 192 to 223). */
export function isRtcp(buf: Buffer): boolean {
  if (buf.length < 4) return false;
  const type = buf.readUInt8(1);
  return (buf.readUInt8(0) & 0xc0) === VERSION_BITS && type >= 192 && type <= 223;
}
