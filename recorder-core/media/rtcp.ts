/** RTCP compound packets (RFC 3550 section 6): tolerant reading, and the receiver report that we send. */
import type { ExtendedReport } from './rtcp-xr.ts';
import { parseExtendedReport } from './rtcp-xr.ts';

/** One reception report block (RFC 3550 section 6.4.1). */
export interface ReportBlock {
  /** The source this block is about. */
  readonly ssrc: number;
  /** Share of packets lost since the last report, in 1/256. */
  readonly fractionLost: number;
  /** Signed 24 bits; clamped when written. */
  readonly cumulativeLost: number;
  readonly extendedHighestSequence: number;
  /** In units of the codec's RTP clock. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP time of the last sender report; 0 when none came. */
  readonly lastSr: number;
  /** Delay since that sender report, in 1/65536 s. */
  readonly delaySinceLastSr: number;
}

/** Sender report: ties the sender's RTP clock to its wall clock. */
export interface SenderReport {
  readonly kind: 'sender-report';
  readonly ssrc: number;
  /** Seconds since 1900. */
  readonly ntpSeconds: number;
  /** In 1/2^32 s. */
  readonly ntpFraction: number;
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  readonly octetCount: number;
  readonly reports: readonly ReportBlock[];
}

/** The packets of a compound that we tell apart; others keep their type number (feedback, APP). */
export type RtcpPacket =
  | SenderReport
  | ExtendedReport
  | { readonly kind: 'receiver-report'; readonly ssrc: number; readonly reports: readonly ReportBlock[] }
  | { readonly kind: 'source-description'; readonly sources: readonly { ssrc: number; cname: string }[] }
  | { readonly kind: 'goodbye'; readonly ssrcs: readonly number[] }
  | { readonly kind: 'other'; readonly packetType: number };

const SR = 200;
const RR = 201;
const SDES = 202;
const BYE = 203;
const XR = 207;
const REPORT_BYTES = 24;
const CNAME_ITEM = 1;

/**
 * Reads a compound packet and gives every part up to the first broken one; never throws.
 * An empty list means nothing in it was readable.
 */
export function parseRtcp(buf: Buffer): RtcpPacket[] {
  const packets: RtcpPacket[] = [];
  let offset = 0;
  while (offset + 4 <= buf.length) {
    if ((buf.readUInt8(offset) & 0xc0) !== 0x80) break;
    const end = offset + 4 + 4 * buf.readUInt16BE(offset + 2);
    if (end > buf.length) break;
    const packet = parseOne(buf.subarray(offset, end));
    if (packet === undefined) break;
    packets.push(packet);
    offset = end;
  }
  return packets;
}

function parseOne(part: Buffer): RtcpPacket | undefined {
  const count = part.readUInt8(0) & 0x1f;
  const packetType = part.readUInt8(1);
  switch (packetType) {
    case SR:
      return parseSenderReport(part, count);
    case RR: {
      const reports = part.length < 8 ? undefined : parseReports(part, 8, count);
      return reports && { kind: 'receiver-report', ssrc: part.readUInt32BE(4), reports };
    }
    case SDES:
      return { kind: 'source-description', sources: parseSources(part, count) };
    case BYE:
      if (part.length < 4 + 4 * count) return undefined;
      return {
        kind: 'goodbye',
        ssrcs: Array.from({ length: count }, (_, i) => part.readUInt32BE(4 + 4 * i)),
      };
    case XR:
      return parseExtendedReport(part);
    default:
      return { kind: 'other', packetType };
  }
}

function parseSenderReport(part: Buffer, count: number): SenderReport | undefined {
  if (part.length < 28) return undefined;
  const reports = parseReports(part, 28, count);
  if (reports === undefined) return undefined;
  return {
    kind: 'sender-report',
    ssrc: part.readUInt32BE(4),
    ntpSeconds: part.readUInt32BE(8),
    ntpFraction: part.readUInt32BE(12),
    rtpTimestamp: part.readUInt32BE(16),
    packetCount: part.readUInt32BE(20),
    octetCount: part.readUInt32BE(24),
    reports,
  };
}

function parseReports(part: Buffer, from: number, count: number): ReportBlock[] | undefined {
  if (part.length < from + count * REPORT_BYTES) return undefined;
  return Array.from({ length: count }, (_, i) => {
    const at = from + i * REPORT_BYTES;
    return {
      ssrc: part.readUInt32BE(at),
      fractionLost: part.readUInt8(at + 4),
      cumulativeLost: part.readIntBE(at + 5, 3),
      extendedHighestSequence: part.readUInt32BE(at + 8),
      jitter: part.readUInt32BE(at + 12),
      lastSr: part.readUInt32BE(at + 16),
      delaySinceLastSr: part.readUInt32BE(at + 20),
    };
  });
}

/** SDES chunks: items of type, length, text, ended by a zero byte and padded to 32 bits (section 6.5). */
function parseSources(part: Buffer, count: number): { ssrc: number; cname: string }[] {
  const sources: { ssrc: number; cname: string }[] = [];
  let at = 4;
  for (let i = 0; i < count && at + 4 <= part.length; i++) {
    const ssrc = part.readUInt32BE(at);
    let cname = '';
    at += 4;
    while (at + 2 <= part.length && part.readUInt8(at) !== 0) {
      const end = at + 2 + part.readUInt8(at + 1);
      if (end > part.length) return sources;
      if (part.readUInt8(at) === CNAME_ITEM) cname = part.toString('utf8', at + 2, end);
      at = end;
    }
    at += 4 - (at % 4);
    sources.push({ ssrc, cname });
  }
  return sources;
}

/** What a receiver report says and who says it. */
export interface ReceiverReport {
  /** Our own SSRC as the reporter. */
  readonly ssrc: number;
  /** At most 31 blocks. */
  readonly reports: readonly ReportBlock[];
  /** Our canonical name, at most 255 bytes; RFC 3550 section 6.1 wants one in every compound. */
  readonly cname: string;
}

/** A compound of RR and SDES CNAME, ready to send (RFC 3550 sections 6.4.2 and 6.5.1). */
export function buildReceiverReport(report: ReceiverReport): Buffer {
  const blocks = report.reports.slice(0, 31);
  const rr = Buffer.alloc(8 + blocks.length * REPORT_BYTES);
  writeHeader(rr, RR, blocks.length);
  rr.writeUInt32BE(report.ssrc >>> 0, 4);
  blocks.forEach((block, i) => writeReport(rr, 8 + i * REPORT_BYTES, block));

  const cname = Buffer.from(report.cname, 'utf8').subarray(0, 255);
  const itemsEnd = 8 + 2 + cname.length;
  const sdes = Buffer.alloc(itemsEnd + (4 - (itemsEnd % 4)));
  writeHeader(sdes, SDES, 1);
  sdes.writeUInt32BE(report.ssrc >>> 0, 4);
  sdes.writeUInt8(CNAME_ITEM, 8);
  sdes.writeUInt8(cname.length, 9);
  cname.copy(sdes, 10);
  return Buffer.concat([rr, sdes]);
}

function writeHeader(part: Buffer, packetType: number, count: number): void {
  part.writeUInt8(0x80 | count, 0);
  part.writeUInt8(packetType, 1);
  part.writeUInt16BE(part.length / 4 - 1, 2);
}

function writeReport(part: Buffer, at: number, block: ReportBlock): void {
  part.writeUInt32BE(block.ssrc >>> 0, at);
  part.writeUInt8(clamp(block.fractionLost, 0, 255), at + 4);
  part.writeIntBE(clamp(block.cumulativeLost, -0x800000, 0x7fffff), at + 5, 3);
  part.writeUInt32BE(block.extendedHighestSequence >>> 0, at + 8);
  part.writeUInt32BE(clamp(block.jitter, 0, 0xffffffff), at + 12);
  part.writeUInt32BE(block.lastSr >>> 0, at + 16);
  part.writeUInt32BE(clamp(block.delaySinceLastSr, 0, 0xffffffff), at + 20);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Math.round(value)));
}
