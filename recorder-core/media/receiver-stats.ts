/** The live figures of one stream, as those who watch it see them. */
import type { ProbeFindings } from './media-probe.ts';
import type { PayloadType } from './payload-types.ts';
import type { SenderClockState } from './sender-meter.ts';

/** Counters since the receiver was made, all senders together; the rest is as of now. Plain data. Times in milliseconds. */
export interface ReceiverStats extends ProbeFindings {
  /** Distinct RTP packets accepted. */
  readonly packets: number;
  readonly octets: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly reordered: number;
  /** Arrived, but too late for a listener with 60 ms of playout buffer. */
  readonly late: number;
  readonly jitterMs: number;
  /** Times another sender took over, the first lock not counted. */
  readonly ssrcChanges: number;
  readonly malformed: number;
  /** Datagrams of senders on trial that have not become ours. */
  readonly foreign: number;
  /** Datagrams from addresses that may not send. */
  readonly refused: number;
  readonly firstArrivalMs: number | undefined;
  readonly lastArrivalMs: number | undefined;
  /** Since the last accepted packet; `undefined` before the first. */
  readonly silentMs: number | undefined;
  readonly lastRtcpMs: number | undefined;
  /** Of the last packet that was no key press; `undefined` before the first. */
  readonly payloadType: number | undefined;
  /** Its encoding name; `undefined` for an unknown number. */
  readonly codec: string | undefined;
  /** False when that number was never negotiated. */
  readonly negotiated: boolean;
  /** True when the last packet was comfort noise or a silence descriptor: the sender may now send nothing for a while. */
  readonly comfortNoise: boolean;
  /** What the sender's reports say of its clock. */
  readonly senderClock: SenderClockState;
}

/** Longest payload that is a silence descriptor: G.729 Annex B, RFC 4867 (AMR and AMR-WB, one frame), RFC 6716 (DTX). */
const SILENCE_BYTES: Readonly<Record<string, number>> = { G729: 2, AMR: 7, 'AMR-WB': 7, OPUS: 2 };

/** True for a packet after which a sender that suppresses silence goes quiet. */
export function isComfortNoise(type: PayloadType, payloadBytes: number): boolean {
  if (type.role !== 'audio') return type.role === 'comfort-noise';
  return payloadBytes <= (SILENCE_BYTES[type.codec?.name.toUpperCase() ?? ''] ?? 0);
}
