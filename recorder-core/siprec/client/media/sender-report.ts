/** RTCP as a source sends it: sender report, canonical name, and goodbye at the end (RFC 3550 sections 6.4.1 to 6.6). */

/** What a sender report says. */
export interface SenderReportFields {
  readonly ssrc: number;
  /** Wall clock in ms since 1970, and the RTP timestamp of the same moment. */
  readonly wallMs: number;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly octets: number;
  /** At most 255 octets. */
  readonly cname: string;
  /** The source says goodbye with this compound. */
  readonly goodbye?: boolean;
}

const SENDER_REPORT = 200;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;
const CNAME = 1;
/** Seconds from 1900, where NTP begins, to 1970. */
const NTP_EPOCH_SECONDS = 2_208_988_800;

/** A compound packet, ready to send. */
export function buildSenderReport(fields: SenderReportFields): Buffer {
  const parts = [senderReport(fields), sourceDescription(fields)];
  if (fields.goodbye === true) parts.push(goodbye(fields));
  return Buffer.concat(parts);
}

function senderReport(fields: SenderReportFields): Buffer {
  const part = packet(SENDER_REPORT, 0, 28, fields.ssrc);
  const seconds = Math.floor(fields.wallMs / 1000);
  part.writeUInt32BE((seconds + NTP_EPOCH_SECONDS) % 2 ** 32, 8);
  part.writeUInt32BE(Math.floor((fields.wallMs / 1000 - seconds) * 2 ** 32), 12);
  part.writeUInt32BE(fields.rtpTimestamp, 16);
  part.writeUInt32BE(fields.packets % 2 ** 32, 20);
  part.writeUInt32BE(fields.octets % 2 ** 32, 24);
  return part;
}

/** One chunk: the name, a null octet to end the items, padded to 32 bits. */
function sourceDescription({ ssrc, cname }: SenderReportFields): Buffer {
  const name = Buffer.from(cname, 'utf8').subarray(0, 255);
  const part = packet(SOURCE_DESCRIPTION, 1, 4 * Math.ceil((11 + name.length) / 4), ssrc);
  part.writeUInt8(CNAME, 8);
  part.writeUInt8(name.length, 9);
  name.copy(part, 10);
  return part;
}

function goodbye({ ssrc }: SenderReportFields): Buffer {
  return packet(GOODBYE, 1, 8, ssrc);
}

function packet(type: number, count: number, bytes: number, ssrc: number): Buffer {
  const part = Buffer.alloc(bytes);
  part.writeUInt8(0x80 | count, 0);
  part.writeUInt8(type, 1);
  part.writeUInt16BE(bytes / 4 - 1, 2);
  part.writeUInt32BE(ssrc, 4);
  return part;
}
