/**
 * How much disk, network and how many recorders a given traffic needs. Pure; the overheads are those of the formats
 * themselves, so that the figures follow them.
 */
import { PREAMBLE_BYTES, RECORD_FRAME_BYTES } from '../media/packet-log.ts';
import { CHUNK_BYTES, HEADER_BYTES, TAG_BYTES } from '../vault/chunk-format.ts';

/** Payload of each codec in bytes per second of speech; where the rate can vary, the one that telephony uses most. */
export const CODEC_BYTES_PER_SECOND = {
  PCMU: 8000,
  PCMA: 8000,
  G722: 8000,
  'G726-32': 4000,
  G729: 1000,
  /** 24 kbit/s. */
  opus: 3000,
  /** 12.2 kbit/s, bandwidth-efficient (RFC 4867). */
  AMR: 1600,
  /** 12.65 kbit/s, bandwidth-efficient. */
  'AMR-WB': 1650,
} as const;
export type SizedCodec = keyof typeof CODEC_BYTES_PER_SECOND;

/** One media stream, from its first packet to its last. */
export interface StreamShape {
  readonly payloadBytesPerSecond: number;
  /** Milliseconds of speech in a packet. */
  readonly ptimeMs: number;
  /** Share of the time in which packets come: less than 1 with DTX, holds or pauses. */
  readonly activeShare: number;
  readonly seconds: number;
}

/** RTP header without extensions and contributing sources (RFC 3550 section 5.1). */
const RTP_HEADER_BYTES = 12;
/** A sender report with one report block and a CNAME, every five seconds (RFC 3550 sections 6.2 and 6.4). */
const RTCP_BYTES = 80;
const RTCP_EVERY_SECONDS = 5;
/** The log's header and its few events: label, codecs, source, end. */
const LOG_FRAME_BYTES = 300;
/** Journal, facts and raw documents of a call with a few changes; measured, see the tests. */
export const METADATA_BYTES_PER_CALL = 16_000;
/** The drawn waveform of one party, whatever the length; measured, see the tests. */
export const WAVEFORM_BYTES_PER_STREAM = 8_500;

/** Bytes of an encrypted part with this much plaintext (C2SP chunked-encryption): the last chunk may be empty. */
export function encryptedBytes(plaintextBytes: number): number {
  return HEADER_BYTES + plaintextBytes + (Math.floor(plaintextBytes / CHUNK_BYTES) + 1) * TAG_BYTES;
}

/** Bytes of the encrypted packet log of one stream. */
export function mediaPartBytes(shape: StreamShape): number {
  const { payloadBytesPerSecond, ptimeMs, activeShare, seconds } = shape;
  const packets = (seconds * activeShare * 1000) / ptimeMs;
  const payload = payloadBytesPerSecond * (ptimeMs / 1000);
  const media = packets * (RECORD_FRAME_BYTES + RTP_HEADER_BYTES + payload);
  const rtcp = (seconds / RTCP_EVERY_SECONDS) * (RECORD_FRAME_BYTES + RTCP_BYTES);
  return Math.round(encryptedBytes(PREAMBLE_BYTES + LOG_FRAME_BYTES + media + rtcp));
}

/** Traffic and rules to plan for. */
export interface SizingQuestion {
  readonly callsPerDay: number;
  readonly meanSeconds: number;
  readonly retentionDays: number;
  /** Copies of every object that the store keeps: regions, replication. */
  readonly copies: number;
  readonly payloadBytesPerSecond: number;
  readonly ptimeMs: number;
  readonly activeShare: number;
  /** Media streams of a call, one a party. */
  readonly streams: number;
  readonly srtp: boolean;
  /** Share of a day's calls that begin in its busiest hour. */
  readonly busyHourShare: number;
  /** Two-stream calls that one core carried without loss where you measured it (`npm run bench`). */
  readonly callsPerCore: number;
  /** Cores of one recorder; one of them is for signalling. */
  readonly coresPerNode: number;
  /** Hours for which the spool must hold everything while database or object store are away. */
  readonly spoolHours: number;
}

/** What that needs. Bytes are bytes, not multiples of 1024. */
export interface SizingAnswer {
  readonly bytesPerStreamHour: number;
  readonly bytesPerCall: number;
  readonly bytesPerDay: number;
  /** In the object store once as much expires as is added, all copies. */
  readonly objectStoreBytes: number;
  /** On all recorders together. */
  readonly spoolBytes: number;
  /** Calls in progress at once, exceeded in about one of a thousand moments of the busiest hour. */
  readonly callsAtOnce: number;
  readonly callsPerNode: number;
  /** Recorders that carry them, one more than needed. */
  readonly nodes: number;
  /** UDP ports on each recorder: RTP and RTCP of each stream, and a tenth that cools down. */
  readonly portsPerNode: number;
  /** Media that arrives in all, with the headers of Ethernet, IP and UDP. */
  readonly bitsPerSecond: number;
  /** What the recorders write to their disks in all. */
  readonly writtenBytesPerSecond: number;
}

/** Use of a core that leaves room for peaks: beyond it delay grows faster than load. */
const PLANNED_SHARE = 0.6;
/** Standard deviations above the mean of a Poisson distribution that leave one in a thousand. */
const PEAK_DEVIATIONS = 3.1;
/** Ethernet with its check sequence, IPv4 and UDP. */
const NETWORK_BYTES = 18 + 20 + 8;
/** Authentication tag of the usual SRTP suites. */
const SRTP_BYTES = 10;

/** Answers; every figure is rounded up to what can be bought. */
export function sizeRecorders(question: SizingQuestion): SizingAnswer {
  const { callsPerDay, meanSeconds, streams, retentionDays, copies, spoolHours } = question;
  const bytesPerCall =
    streams * (mediaPartBytes({ ...question, seconds: meanSeconds }) + WAVEFORM_BYTES_PER_STREAM) +
    METADATA_BYTES_PER_CALL;
  const callsAtOnce = peakOf((callsPerDay * question.busyHourShare * meanSeconds) / 3600);
  const callsPerNode = Math.max(
    1,
    Math.floor(
      (question.callsPerCore * 2 * PLANNED_SHARE * Math.max(1, question.coresPerNode - 1)) / streams,
    ),
  );
  const nodes = Math.ceil(callsAtOnce / callsPerNode) + 1;
  const bytesPerStreamHour = mediaPartBytes({ ...question, seconds: 3600 });
  return {
    bytesPerStreamHour,
    bytesPerCall,
    bytesPerDay: Math.ceil(bytesPerCall * callsPerDay),
    objectStoreBytes: Math.ceil(bytesPerCall * callsPerDay * retentionDays * copies),
    // At the pace of the busiest hour, and never more than the days themselves bring.
    spoolBytes: Math.ceil(
      Math.min(
        bytesPerStreamHour * streams * callsAtOnce * spoolHours,
        bytesPerCall * callsPerDay * Math.max(1, spoolHours / 24),
      ),
    ),
    callsAtOnce,
    callsPerNode,
    nodes,
    portsPerNode: Math.ceil(Math.min(callsPerNode, callsAtOnce) * streams * 2 * 1.1),
    bitsPerSecond: Math.ceil(callsAtOnce * streams * wireBitsPerSecond(question)),
    writtenBytesPerSecond: Math.ceil((callsAtOnce * streams * bytesPerStreamHour) / 3600),
  };
}

/** The load that is exceeded in one of a thousand moments where the mean is this (Poisson, no call is refused). */
function peakOf(mean: number): number {
  return Math.ceil(mean + PEAK_DEVIATIONS * Math.sqrt(mean));
}

function wireBitsPerSecond({ payloadBytesPerSecond, ptimeMs, activeShare, srtp }: SizingQuestion): number {
  const packets = (activeShare * 1000) / ptimeMs;
  const payload = payloadBytesPerSecond * (ptimeMs / 1000);
  return packets * (NETWORK_BYTES + RTP_HEADER_BYTES + payload + (srtp ? SRTP_BYTES : 0)) * 8;
}
