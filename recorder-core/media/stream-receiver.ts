/**
 * The live end of one media stream: takes datagrams, passes on what belongs to the recording, and keeps the counters.
 * It decides nothing about sound; what it accepts goes to the packet log as it came. One pass per packet, and nothing
 * is allocated for a packet of the usual kind.
 */
import type { CodecDescription } from './codec-description.ts';
import { MediaProbe } from './media-probe.ts';
import type { LogEvent } from './packet-log.ts';
import { PayloadTypes } from './payload-types.ts';
import { ReceptionReports } from './reception-reports.ts';
import type { ReceiverStats } from './receiver-stats.ts';
import { isComfortNoise } from './receiver-stats.ts';
import { parseRtcp } from './rtcp.ts';
import { RtpView } from './rtp-view.ts';
import { SenderMeter } from './sender-meter.ts';
import type { ExpectedSource, HeldPacket, PacketSource } from './source-lock.ts';
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
  /** Where the SDP says media will come from; left out, the first sender is taken as it comes. */
  readonly expected?: ExpectedSource | undefined;
}

/** What became of a datagram. Only `accepted` ones reached the sink; foreign ones do later if their sender takes over. */
export type AcceptVerdict =
  'accepted' | 'duplicate' | 'foreign-ssrc' | 'foreign-source' | 'refused-source' | 'malformed';

/** One per media line. Not for use from two threads. */
export class StreamReceiver {
  readonly #options: StreamReceiverOptions;
  readonly #lock = new SourceLock();
  readonly #view = new RtpView();
  readonly #probe = new MediaProbe();
  readonly #reports: ReceptionReports;
  #types: PayloadTypes;
  #sender: SenderMeter | undefined;
  #past = { lost: 0, duplicates: 0, reordered: 0, late: 0 };
  #changes = 0;
  #packets = 0;
  #octets = 0;
  #malformed = 0;
  #foreign = 0;
  #refused = 0;
  #payloadType = -1;
  #payloadBytes = 0;
  #firstArrivalMs = -1;
  #lastArrivalMs = -1;
  #lastRtcpMs: number | undefined;

  constructor(options: StreamReceiverOptions) {
    this.#options = options;
    this.#types = new PayloadTypes(options.codecs);
    this.#reports = new ReceptionReports(options.reporterSsrc, options.cname);
    this.#lock.expect(options.expected);
  }

  /** Takes one RTP datagram. `arrivalMs` is wall-clock milliseconds, with fractions, from a clock that does not jump. */
  accept(buf: Buffer, arrivalMs: number, source: PacketSource): AcceptVerdict {
    const view = this.#view;
    if (!view.read(buf)) {
      this.#malformed++;
      return 'malformed';
    }
    if (!this.#lock.isOurs(view.ssrc, source, arrivalMs)) {
      const verdict = this.#judge(buf, arrivalMs, source);
      if (verdict !== undefined) return verdict;
    }
    return this.#take(buf, arrivalMs);
  }

  /**
   * Takes one RTCP datagram of the stream. False when it is unreadable, or when `source` is given and is neither our
   * sender's address nor the one the SDP names: then it is counted and not stored.
   */
  acceptRtcp(buf: Buffer, arrivalMs: number, source?: PacketSource): boolean {
    if (source !== undefined && !this.#lock.knows(source.address)) {
      this.#refused++;
      return false;
    }
    const packets = parseRtcp(buf);
    if (packets.length === 0) {
      this.#malformed++;
      return false;
    }
    for (const packet of packets) {
      if (packet.kind === 'sender-report') this.#sender?.takeReport(packet, arrivalMs);
    }
    this.#lastRtcpMs = arrivalMs;
    this.#options.sink.rtcp(buf, arrivalMs);
    return true;
  }

  /**
   * A re-INVITE came: the next sender is taken at once, and a new codec map is noted in the log when one is given.
   * Another address expected is set by `expectSource`.
   */
  reset(atMs: number, codecs?: readonly CodecDescription[]): void {
    this.#lock.release();
    if (codecs === undefined) return;
    this.#types = new PayloadTypes(codecs);
    this.#options.sink.event({ type: 'codecs', codecs: [...codecs] }, atMs);
  }

  /** The SDP now names this address, or none. Our sender stays ours until another is judged. */
  expectSource(expected: ExpectedSource | undefined): void {
    this.#lock.expect(expected);
  }

  /** The line ends: what a sender still on trial has sent is passed on, where ours had fallen silent. */
  finish(nowMs: number): void {
    const last = this.#lock.settle(nowMs);
    if (last !== undefined) this.#follow(last.ssrc, last.held, nowMs);
  }

  stats(nowMs: number): ReceiverStats {
    const sender = this.#sender;
    const counts = sender?.counts();
    const started = this.#packets > 0;
    const type = this.#payloadType < 0 ? undefined : this.#types.of(this.#payloadType);
    return {
      packets: this.#packets,
      octets: this.#octets,
      lost: this.#past.lost + (counts?.lost ?? 0),
      duplicates: this.#past.duplicates + (counts?.duplicates ?? 0),
      reordered: this.#past.reordered + (counts?.reordered ?? 0),
      late: this.#past.late + (sender?.late ?? 0),
      jitterMs: sender?.jitterMs ?? 0,
      ssrcChanges: this.#changes,
      malformed: this.#malformed,
      foreign: this.#foreign,
      refused: this.#refused,
      firstArrivalMs: started ? this.#firstArrivalMs : undefined,
      lastArrivalMs: started ? this.#lastArrivalMs : undefined,
      silentMs: started ? Math.max(0, nowMs - this.#lastArrivalMs) : undefined,
      lastRtcpMs: this.#lastRtcpMs,
      payloadType: type === undefined ? undefined : this.#payloadType,
      codec: type?.codec?.name,
      negotiated: type?.negotiated ?? true,
      comfortNoise: type !== undefined && isComfortNoise(type, this.#payloadBytes),
      senderClock: sender?.clockState ?? 'unknown',
      ...this.#probe.findings,
    };
  }

  /** The report to send now (about every 5 s), or `undefined` while there is nobody to report on. Begins a new interval. */
  receiverReport(nowMs: number): Buffer | undefined {
    return this.#sender && this.#reports.next(this.#sender, nowMs);
  }

  /** A packet of another sender than ours: its verdict, or `undefined` when that sender has become ours. */
  #judge(buf: Buffer, arrivalMs: number, source: PacketSource): AcceptVerdict | undefined {
    const { ssrc } = this.#view;
    const decision = this.#lock.judge(ssrc, source, { bytes: buf, arrivalMs });
    if (decision.kind === 'refused') {
      this.#refused++;
      return 'refused-source';
    }
    if (decision.kind === 'foreign') {
      this.#foreign++;
      return decision.because === 'ssrc' ? 'foreign-ssrc' : 'foreign-source';
    }
    this.#follow(ssrc, decision.held, arrivalMs);
    this.#view.read(buf);
    return undefined;
  }

  #follow(ssrc: number, held: readonly HeldPacket[], arrivalMs: number): void {
    if (ssrc !== this.#sender?.ssrc) {
      if (this.#sender !== undefined) {
        this.#keepCounts(this.#sender);
        this.#changes++;
      }
      this.#sender = new SenderMeter(ssrc);
      this.#options.sink.event({ type: 'source', ssrc }, held[0]?.arrivalMs ?? arrivalMs);
    }
    for (const early of held) {
      if (this.#view.read(early.bytes)) this.#take(early.bytes, early.arrivalMs);
    }
    this.#foreign -= held.length;
  }

  #keepCounts(sender: SenderMeter): void {
    const { lost, duplicates, reordered } = sender.counts();
    this.#past.lost += lost;
    this.#past.duplicates += duplicates;
    this.#past.reordered += reordered;
    this.#past.late += sender.late;
  }

  /** Takes the packet that the view stands on. */
  #take(buf: Buffer, arrivalMs: number): 'accepted' | 'duplicate' {
    const view = this.#view;
    const type = this.#types.of(view.payloadType);
    if (this.#sender?.take(view, type, arrivalMs) === false) return 'duplicate';
    if (type.role !== 'telephone-event') {
      this.#payloadType = view.payloadType;
      this.#payloadBytes = view.payloadBytes;
      if (type.role === 'audio' && this.#probe.wants(view.sequence, arrivalMs)) {
        const { sequence, timestamp } = view;
        const payload = buf.subarray(view.payloadAt, view.payloadEnd);
        this.#probe.look({ codec: type.codec, sequence, timestamp, payload }, arrivalMs);
      }
    }
    if (this.#packets === 0) this.#firstArrivalMs = arrivalMs;
    this.#packets++;
    this.#octets += view.payloadBytes;
    this.#lastArrivalMs = arrivalMs;
    this.#options.sink.packet(buf, arrivalMs);
    return 'accepted';
  }
}
