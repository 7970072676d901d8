import { serializeSdp } from '../sip/sdp.ts';
import { connectionOf, ownOrigin, type AnswerOrigin } from './answer.ts';

/** One line of an offer of the recorder's own. */
export interface OwnLine {
  readonly label: string;
  readonly address: string;
  readonly port: number;
  readonly rtcpPort?: number;
}

/** What any source can send; others are negotiated where the source makes the offer. */
const FORMATS = [
  ['0', 'PCMU/8000'],
  ['8', 'PCMA/8000'],
  ['9', 'G722/8000'],
  ['101', 'telephone-event/8000'],
] as const;

/**
 * Builds the recorder's own offer for an INVITE without SDP (RFC 3261 section 13.2.1; CUCM's built-in
 * bridge): the source answers in its ACK, which `readOffer` reads like any other body.
 */
export function buildOwnOffer(lines: readonly OwnLine[], origin: AnswerOrigin): string {
  const address = origin.address ?? lines[0]?.address ?? '127.0.0.1';
  return serializeSdp({
    origin: ownOrigin(origin, address),
    sessionName: '-',
    connection: connectionOf(address),
    attributes: [],
    media: lines.map((line) => ({
      media: 'audio',
      port: line.port,
      protocol: 'RTP/AVP',
      formats: FORMATS.map(([type]) => type),
      ...(line.address !== address && { connection: connectionOf(line.address) }),
      attributes: [
        ...FORMATS.map(([type, map]) => ({ name: 'rtpmap', value: `${type} ${map}` })),
        ...(line.rtcpPort === undefined || line.rtcpPort === line.port + 1
          ? []
          : [{ name: 'rtcp', value: String(line.rtcpPort) }]),
        { name: 'recvonly' },
        { name: 'label', value: line.label },
      ],
    })),
    raw: '',
  });
}
