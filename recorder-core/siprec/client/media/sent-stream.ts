import type { LineRtcp, Reported } from './line-rtcp.ts';
import type { LineTally, LostPackets, SentSource } from './line-tally.ts';
import type { RtpSource } from './rtp-source.ts';

/** Where the recorder wants a stream. */
export interface StreamTarget {
  readonly address: string;
  readonly port: number;
  /** The RTP port itself where both share one (RFC 5761). */
  readonly rtcpPort: number;
}

/** What was sent on one media line, to compare with what was stored. */
export interface SentStream {
  readonly label: string;
  /** The last one, where it changed. */
  readonly codec: string;
  /** SRTP suite; undefined for a plain line. */
  readonly suite: string | undefined;
  /** Of the first source. */
  readonly ssrc: number;
  readonly firstSequence: number;
  readonly sources: readonly SentSource[];
  /** Packets that arrive unless the real network loses them; a duplicate counts once. */
  readonly packets: number;
  readonly payloadBytes: number;
  /** SHA-256 (hex) over the payloads of these packets, before SRTP, in the order of their numbers. */
  readonly sha256: string;
  /** Packets made and not sent, on purpose; how many, and which. */
  readonly lostPackets: number;
  readonly lost: readonly LostPackets[];
  readonly duplicates: number;
  readonly reordered: number;
  readonly late: number;
  readonly keyPresses: number;
  /** Packets not made because the recorder had paused or refused the line, or does not take that kind of packet. */
  readonly withheld: number;
  /** Where it was sent; undefined when the recorder refused the line. */
  readonly target: StreamTarget | undefined;
  /** False when the recorder did not echo the label and the line was known by its place. */
  readonly labelEchoed: boolean;
  readonly rtcpSent: number;
  /** RTCP packets that came back, and what the last readable receiver report in them said. */
  readonly rtcpReceived: number;
  readonly reported: Reported | undefined;
  /** Times the network refused a packet. */
  readonly sendErrors: number;
}

/** Puts the report of a line together from its parts. */
export function describeSent(
  line: Pick<
    SentStream,
    'label' | 'codec' | 'suite' | 'target' | 'labelEchoed' | 'withheld' | 'sendErrors'
  > & {
    readonly tally: LineTally;
    readonly sources: readonly RtpSource[];
    readonly rtcp: LineRtcp;
  },
): SentStream {
  const { tally, sources, rtcp, ...facts } = line;
  const used = sources.filter(({ packets }, index) => packets > 0 || index === 0);
  return {
    ...facts,
    ssrc: used[0]?.ssrc ?? 0,
    firstSequence: used[0]?.firstSequence ?? 0,
    sources: used.map(({ ssrc, firstSequence, packets }) => ({ ssrc, firstSequence, packets })),
    packets: tally.packets,
    payloadBytes: tally.payloadBytes,
    sha256: tally.sha256,
    lostPackets: tally.lost.reduce((sum, { packets }) => sum + packets, 0),
    lost: tally.lost,
    duplicates: tally.duplicates,
    reordered: tally.reordered,
    late: tally.late,
    keyPresses: tally.keyPresses,
    rtcpSent: rtcp.sent,
    rtcpReceived: rtcp.received,
    reported: rtcp.reported,
  };
}
