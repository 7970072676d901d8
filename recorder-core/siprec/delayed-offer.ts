import { describeFormats, type OfferedFormat } from './offered-format.ts';
import { connectionOf, printDescription, type AnswerOrigin } from './local-stream.ts';
import type { MediaDescription } from '../sip/sdp.ts';

/** One line of an offer of the recorder's own. */
export interface OwnLine {
  readonly label: string;
  readonly address: string;
  readonly port: number;
  readonly rtcpPort?: number;
  /** `a=crypto` values in the order of preference; the line is then of the secured profile. */
  readonly crypto?: readonly string[];
}

/**
 * What the recorder takes when it is the one who offers, best first: a source that forks a running
 * call sends the codec of that call and needs to find it here.
 */
export const OWN_FORMATS: readonly OfferedFormat[] = [
  { payloadType: 111, name: 'opus', clockRate: 48_000, channels: 2 },
  { payloadType: 9, name: 'G722', clockRate: 8000, channels: 1 },
  { payloadType: 96, name: 'AMR-WB', clockRate: 16_000, channels: 1 },
  { payloadType: 97, name: 'AMR-WB', clockRate: 16_000, channels: 1, fmtp: 'octet-align=1' },
  { payloadType: 98, name: 'AMR', clockRate: 8000, channels: 1 },
  { payloadType: 99, name: 'AMR', clockRate: 8000, channels: 1, fmtp: 'octet-align=1' },
  { payloadType: 18, name: 'G729', clockRate: 8000, channels: 1 },
  { payloadType: 0, name: 'PCMU', clockRate: 8000, channels: 1 },
  { payloadType: 8, name: 'PCMA', clockRate: 8000, channels: 1 },
  { payloadType: 101, name: 'telephone-event', clockRate: 8000, channels: 1, fmtp: '0-16' },
  { payloadType: 107, name: 'telephone-event', clockRate: 48_000, channels: 1, fmtp: '0-16' },
  { payloadType: 13, name: 'CN', clockRate: 8000, channels: 1 },
];

/**
 * Builds the recorder's own offer for an INVITE without SDP (RFC 3261 section 13.2.1; CUCM's built-in
 * bridge). The source answers in its ACK: read it with `readAnswer`.
 */
export function buildOwnOffer(lines: readonly OwnLine[], origin: AnswerOrigin): string {
  return printDescription(origin, lines[0]?.address, (address) =>
    lines.map((line) => describeLine(line, address)),
  );
}

function describeLine(line: OwnLine, sessionAddress: string): MediaDescription {
  const { crypto = [], port, rtcpPort = port + 1 } = line;
  return {
    media: 'audio',
    port,
    protocol: crypto.length === 0 ? 'RTP/AVP' : 'RTP/SAVP',
    formats: OWN_FORMATS.map((format) => String(format.payloadType)),
    ...(line.address !== sessionAddress && { connection: connectionOf(line.address) }),
    attributes: [
      ...describeFormats(OWN_FORMATS),
      ...(rtcpPort === port + 1 ? [] : [{ name: 'rtcp', value: String(rtcpPort) }]),
      ...crypto.map((value) => ({ name: 'crypto', value })),
      { name: 'recvonly' },
      { name: 'label', value: line.label },
    ],
  };
}
