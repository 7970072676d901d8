/**
 * The live end of one media stream: takes datagrams, passes on what belongs to the recording, and keeps the counters.
 * It decides nothing about sound; what it accepts goes to the packet log as it came.
 */
import type { CodecDescription } from './codec-description.ts';
import { codecRole, describePayloadType } from './codec-description.ts';
import { JitterMeter } from './jitter.ts';
import type { LogEvent } from './packet-log.ts';
import type { SenderReport } from './rtcp.ts';
import { buildReceiverReport, parseRtcp } from './rtcp.ts';
import type { RtpPacket } from './rtp.ts';
import { parseRtp } from './rtp.ts';
import type { SequenceCounts } from './sequence.ts';
import { SequenceTracker } from './sequence.ts';
import type { HeldPacket, PacketSource } from './source-lock.ts';
import { SourceLock } from './source-lock.ts';

/** Where accepted media goes; called synchronously, in arrival order except for packets of a sender just taken over. */
export interface ReceiverSink {
  /** `rtp` is the buffer that was given to `accept`; it is not changed afterwards. */
  packet(rtp: Buffer, arrivalMs: number): void;
  rtcp(rtcp: Buffer, arrivalMs: number): void;
  event(event: LogEvent, arrivalMs: number): void;
}

export interface StreamReceiverOptions {
  readonly codecs: readonly CodecDescription[];
  readonly sink: ReceiverSink;
  /** Our SSRC in receiver reports. */
  readonly reporterSsrc: number;
  /** Our canonical name in receiver reports. */
  readonly cname: string;
  /** Which addresses may send at all, as the SDP and policy say; left out, any may. */
  readonly allowSource?: (source: PacketSource) => boolean;
}

/** What became of a datagram. Only `accepted` ones reached the sink; foreign ones do later if their sender takes over. */
export type AcceptVerdict =
  'accepted' | 'duplicate' | 'foreign-ssrc' | 'foreign-source' | 'refused-source' | 'malformed';

/** Counters since the receiver was made; all senders together. Times in milliseconds. */
export interface ReceiverStats {
  /** Distinct RTP packets accepted. */
  readonly packets: number;
  readonly octets: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly reordered: number;
  readonly jitterMs: number;
  /** Times another sender took over, the first lock not counted. */
  readonly ssrcChanges: number;
  readonly malformed: number;
  /** Datagrams of senders that are not ours, or not allowed. */
  readonly foreign: number;
  readonly firstArrivalMs: number | undefined;
  readonly lastArrivalMs: number | undefined;
  /** Since the last accepted packet; `undefined` before the first. */
  readonly silentMs: number | undefined;
}

type Summed = Pick<SequenceCounts, 'lost' | 'duplicates' | 'reordered'>;

/** One per media line. Not for use from two threads. */
export class StreamReceiver {
  readonly #options: StreamReceiverOptions;
  readonly #lock = new SourceLock();
  #codecs: readonly CodecDescription[];
  #sequence = new SequenceTracker();
  #jitter = new JitterMeter();
  #past: Summed = { lost: 0, duplicates: 0, reordered: 0 };
  #ssrc: number | undefined;
  #changes = 0;
  #packets = 0;
  #octets = 0;
  #malformed = 0;
  #foreign = 0;
  #firstArrivalMs: number | undefined;
  #lastArrivalMs: number | undefined;
  #lastSr: { report: SenderReport; arrivalMs: number } | undefined;
  #reported = { expected: 0, received: 0 };

  constructor(options: StreamReceiverOptions) {
    this.#options = options;
    this.#codecs = options.codecs;
  }

  /** Takes one RTP datagram. `arrivalMs` is wall-clock milliseconds, with fractions, from a clock that does not jump. */
  accept(buf: Buffer, arrivalMs: number, source: PacketSource): AcceptVerdict {
    const packet = parseRtp(buf);
    if (packet === undefined) {
      this.#malformed++;
      return 'malformed';
    }
    if (this.#options.allowSource?.(source) === false) {
      this.#foreign++;
      return 'refused-source';
    }
    const decision = this.#lock.decide(packet.ssrc, source, { bytes: buf, arrivalMs });
    if (decision.kind === 'foreign') {
      this.#foreign++;
      return `foreign-${decision.because}`;
    }
    if (decision.kind === 'switched') this.#follow(packet.ssrc, decision.held, arrivalMs);
    return this.#take(buf, packet, arrivalMs);
  }

  /** Takes one RTCP datagram of the stream; sender reports are remembered for our own reports. False when unreadable. */
  acceptRtcp(buf: Buffer, arrivalMs: number): boolean {
    const packets = parseRtcp(buf);
    if (packets.length === 0) {
      this.#malformed++;
      return false;
    }
    for (const packet of packets) {
      if (packet.kind === 'sender-report' && packet.ssrc === this.#ssrc) {
        this.#lastSr = { report: packet, arrivalMs };
      }
    }
    this.#options.sink.rtcp(buf, arrivalMs);
    return true;
  }

  /** A re-INVITE came: the next sender is taken at once, and a new codec map is noted in the log when one is given. */
  reset(atMs: number, codecs?: readonly CodecDescription[]): void {
    this.#lock.release();
    if (codecs === undefined) return;
    this.#codecs = codecs;
    this.#options.sink.event({ type: 'codecs', codecs: [...codecs] }, atMs);
  }

  stats(nowMs: number): ReceiverStats {
    const counts = this.#sequence.counts();
    return {
      packets: this.#packets,
      octets: this.#octets,
      lost: this.#past.lost + counts.lost,
      duplicates: this.#past.duplicates + counts.duplicates,
      reordered: this.#past.reordered + counts.reordered,
      jitterMs: this.#jitter.milliseconds,
      ssrcChanges: this.#changes,
      malformed: this.#malformed,
      foreign: this.#foreign,
      firstArrivalMs: this.#firstArrivalMs,
      lastArrivalMs: this.#lastArrivalMs,
      silentMs: this.#lastArrivalMs === undefined ? undefined : Math.max(0, nowMs - this.#lastArrivalMs),
    };
  }

  /** The report to send now (about every 5 s), or `undefined` while there is nobody to report on. Begins a new interval. */
  receiverReport(nowMs: number): Buffer | undefined {
    if (this.#ssrc === undefined) return undefined;
    const counts = this.#sequence.counts();
    const expected = counts.expected - this.#reported.expected;
    const received = counts.received - this.#reported.received;
    this.#reported = counts;
    const sr = this.#lastSr;
    const block = {
      ssrc: this.#ssrc,
      fractionLost: expected <= 0 || received >= expected ? 0 : ((expected - received) * 256) / expected,
      cumulativeLost: counts.lost,
      extendedHighestSequence: this.#sequence.highest,
      jitter: this.#jitter.clockUnits,
      lastSr: sr === undefined ? 0 : ((sr.report.ntpSeconds << 16) | (sr.report.ntpFraction >>> 16)) >>> 0,
      delaySinceLastSr: sr === undefined ? 0 : ((nowMs - sr.arrivalMs) * 65_536) / 1000,
    };
    const { reporterSsrc: ssrc, cname } = this.#options;
    return buildReceiverReport({ ssrc, cname, reports: [block] });
  }

  #follow(ssrc: number, held: readonly HeldPacket[], arrivalMs: number): void {
    if (ssrc !== this.#ssrc) {
      if (this.#ssrc !== undefined) this.#changes++;
      this.#ssrc = ssrc;
      const { lost, duplicates, reordered } = this.#sequence.counts();
      this.#past = {
        lost: this.#past.lost + lost,
        duplicates: this.#past.duplicates + duplicates,
        reordered: this.#past.reordered + reordered,
      };
      this.#sequence = new SequenceTracker();
      this.#jitter = new JitterMeter();
      this.#lastSr = undefined;
      this.#reported = { expected: 0, received: 0 };
      this.#options.sink.event({ type: 'source', ssrc }, held[0]?.arrivalMs ?? arrivalMs);
    }
    for (const early of held) {
      const packet = parseRtp(early.bytes);
      if (packet !== undefined) this.#take(early.bytes, packet, early.arrivalMs);
    }
    this.#foreign -= held.length;
  }

  #take(buf: Buffer, packet: RtpPacket, arrivalMs: number): 'accepted' | 'duplicate' {
    if (this.#sequence.update(packet.sequence).kind === 'duplicate') return 'duplicate';
    const codec = describePayloadType(packet.payloadType, this.#codecs);
    if (codecRole(codec) !== 'telephone-event') {
      this.#jitter.update(arrivalMs, packet.timestamp, codec?.clockRate ?? 8000);
    }
    this.#packets++;
    this.#octets += packet.payload.length;
    this.#firstArrivalMs ??= arrivalMs;
    this.#lastArrivalMs = arrivalMs;
    this.#options.sink.packet(buf, arrivalMs);
    return 'accepted';
  }
}
