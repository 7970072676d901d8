import type { RemoteInfo, Socket } from 'node:dgram';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CodecDescription } from '../../media/codec-description.ts';
import {
  encodeEventRecord,
  encodeLogHeader,
  encodeRtcpRecord,
  LOG_VERSION,
  type LogEvent,
} from '../../media/packet-log.ts';
import { PayloadTypes } from '../../media/payload-types.ts';
import { isRtcp } from '../../media/rtp.ts';
import { StreamReceiver } from '../../media/stream-receiver.ts';
import type { WatchedStream } from '../../media/stream-watch.ts';
import { maskTelephoneEvent } from '../../media/telephone-event.ts';
import type { PartWriter } from '../part-writer.ts';
import type { LiveStream } from '../../records/live-calls.ts';
import { ListeningInterval } from './listening-interval.ts';
import type { MediaSpec, StreamReport, StreamSecurity, StreamUpdate } from './media-engine.ts';
import type { PortPair } from './port-pair.ts';
import { SecuredLine } from './secured-line.ts';

export interface StreamCaptureOptions {
  readonly spec: MediaSpec;
  readonly pair: PortPair;
  readonly writer: PartWriter;
  /** Wall clock in milliseconds with fractions, from a clock that does not jump. */
  readonly now: () => number;
  /** Called for every datagram. */
  readonly onPacket: (verdict: string) => void;
  /** A datagram brought a fault to light; called once a stream. */
  readonly onFault: (error: unknown) => void;
}

/** One media line being recorded: sockets in, packet log out. */
export class StreamCapture {
  readonly #options: StreamCaptureOptions;
  readonly #receiver: StreamReceiver;
  #types: PayloadTypes;
  #secured: SecuredLine | undefined;
  #rtcpTo: { address: string; port: number; over: Socket } | undefined;
  #held = false;
  #paused = false;
  #withheld = false;
  readonly #pauses: { readonly fromMs: number; toMs: number }[] = [];
  #pausedPackets = 0;
  #srtpRefused = 0;
  /** Packets that came before their keys. */
  readonly #early: { readonly bytes: Buffer; readonly from: RemoteInfo; readonly atMs: number }[] = [];
  #faults = 0;
  #datagrams = 0;
  readonly #listening = new ListeningInterval();
  #closed = false;

  constructor(options: StreamCaptureOptions) {
    this.#options = options;
    const { spec, writer, pair } = options;
    this.#types = new PayloadTypes(spec.codecs);
    if (spec.security !== undefined) this.#secured = new SecuredLine(spec.security);
    writer.write(headerOf(spec));
    this.#receiver = new StreamReceiver({
      codecs: spec.codecs,
      reporterSsrc: spec.ssrc,
      cname: 'holdfast',
      expected: spec.expected,
      sink: {
        packet: (rtp, atMs) => {
          // While paused the sender is followed all the same, so that the pause does not count as loss afterwards.
          if (this.#isPaused(atMs)) this.#pausedPackets += 1;
          else writer.writePacket(this.#micros(atMs), rtp);
        },
        rtcp: (rtcp, atMs) => {
          if (!this.#isPaused(atMs)) writer.write(encodeRtcpRecord(this.#micros(atMs), rtcp));
        },
        event: (event, atMs) => {
          writer.write(encodeEventRecord(this.#micros(atMs), event));
        },
      },
    });
    this.update({ held: spec.held, paused: spec.paused, withheld: spec.withheld });
    // Reports go back over the port that the sender's came to: a sender that multiplexes listens to no other (RFC 5761).
    const takeMuxed = this.#rtcpTaker(pair.rtp);
    const takeRtcp = this.#rtcpTaker(pair.rtcp);
    pair.rtp.on('message', (bytes, from) => {
      this.#guard(isRtcp(bytes) ? takeMuxed : this.#take, bytes, from);
    });
    pair.rtcp.on('message', (bytes, from) => {
      this.#guard(takeRtcp, bytes, from);
    });
    // A port that the sender has closed answers with ICMP, which surfaces here; the stream goes on.
    pair.rtp.on('error', () => undefined);
    pair.rtcp.on('error', () => undefined);
  }

  get label(): string {
    return this.#options.spec.label;
  }

  /** Applies what the signalling says about the line. */
  update({ renegotiated, codecs, held, paused, withheld, security, expected }: StreamUpdate): void {
    // First what stops the storing, then what may bring packets.
    this.#stand(paused ?? this.#paused, withheld ?? this.#withheld);
    if (security !== undefined) this.#secure(security);
    if (expected !== undefined) this.#receiver.expectSource(expected ?? undefined);
    if (renegotiated === true || codecs !== undefined) this.#renegotiate(codecs);
    if (held !== undefined && held !== this.#held) {
      this.#held = held;
      this.#note({ type: held ? 'hold' : 'resume' });
    }
  }

  /** Sends a receiver report where the sender's own RTCP said it wants one (RFC 3550 section 6.4). */
  report(): void {
    const report = this.#rtcpTo && this.#receiver.receiverReport(this.#options.now());
    if (report === undefined || this.#rtcpTo === undefined) return;
    const { over, port, address } = this.#rtcpTo;
    const bytes = this.#secured?.protectRtcp(report) ?? report;
    over.send(bytes, port, address, () => undefined);
  }

  stats(): StreamReport {
    return {
      label: this.label,
      port: this.#options.pair.port,
      srtpRefused: this.#srtpRefused,
      pausedPackets: this.#pausedPackets,
      ...this.#receiver.stats(this.#options.now()),
    };
  }

  /** The line as its watch looks at it. */
  watched(): WatchedStream {
    const stats = this.#receiver.stats(this.#options.now());
    return { label: this.label, held: this.#held, paused: this.#storesNothing, stats };
  }

  /** The line as somebody who watches sees it; the quality is that since the last time. */
  live(): LiveStream {
    const { packets, lost, jitterMs, silentMs, codec } = this.stats();
    const mosLq = this.#listening.since(packets, lost, codec);
    return {
      label: this.label,
      port: this.#options.pair.port,
      codec: codec ?? null,
      secured: this.#secured !== undefined,
      held: this.#held,
      ...(this.#withheld && { withheld: true }),
      packets,
      lost,
      jitterMs,
      mosLq,
      silentMs: silentMs ?? null,
    };
  }

  /** Reads on until the sockets hold nothing more: what had arrived before the call's end belongs to it. */
  async takeRest(): Promise<void> {
    for (let turns = 0, before = -1; before !== this.#datagrams && turns < MOST_TURNS; turns += 1) {
      before = this.#datagrams;
      await nextTurn(); // the rest of this turn of the loop
      await nextTurn(); // and a whole one, in which every socket was asked
    }
    this.#receiver.finish(this.#options.now());
  }

  /** Stops listening, closes the log in good order and the file with it. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.pair.release();
    this.#note({ type: 'closed' });
    await this.#options.writer.close();
  }

  #secure(security: StreamSecurity | null): void {
    if (security === null) this.#secured?.release();
    else if (this.#secured === undefined) this.#secured = SecuredLine.after(security);
    else this.#secured.rekey(security);
    for (const { bytes, from, atMs } of this.#early.splice(0)) this.#open(bytes, from, atMs);
  }

  #renegotiate(codecs?: readonly CodecDescription[]): void {
    if (codecs !== undefined) this.#types = new PayloadTypes(codecs);
    this.#receiver.reset(this.#options.now(), codecs);
  }

  get #storesNothing(): boolean {
    return this.#paused || this.#withheld;
  }

  /** Pause and lack of consent are one stretch without storing; the log says of each part of it which it was. */
  #stand(paused: boolean, withheld: boolean): void {
    const [before, reason] = [this.#storesNothing, this.#withheld];
    this.#paused = paused;
    this.#withheld = withheld;
    const after = this.#storesNothing;
    if (before === after && (!after || reason === withheld)) return;
    const atMs = this.#options.now();
    if (before) {
      this.#note({ type: 'continued' });
      const last = this.#pauses.at(-1);
      if (!after && last !== undefined) last.toMs = atMs;
    }
    if (!after) return;
    if (!before) this.#pauses.push({ fromMs: atMs, toMs: Infinity });
    if (this.#pauses.length > MOST_PAUSES) this.#pauses.shift();
    this.#note({ type: 'paused', ...(withheld && { why: 'consent' as const }) });
  }

  /** By its arrival: packets of a sender on trial come out later, those from before the pause and those from within it. */
  #isPaused(atMs: number): boolean {
    return this.#pauses.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
  }

  #note(event: LogEvent): void {
    this.#options.writer.write(encodeEventRecord(this.#micros(this.#options.now()), event));
  }

  #micros(atMs: number): number {
    return Math.max(0, Math.round((atMs - this.#options.spec.startedAtMs) * 1000));
  }

  /** A datagram that brings a fault of ours to light must not take the thread, and the other calls in it, with it. */
  #guard(take: (bytes: Buffer, from: RemoteInfo) => void, bytes: Buffer, from: RemoteInfo): void {
    this.#datagrams += 1;
    try {
      take(bytes, from);
    } catch (error) {
      this.#options.onPacket('fault');
      if (this.#faults++ === 0) this.#options.onFault(error);
    }
  }

  readonly #take = (bytes: Buffer, from: RemoteInfo): void => {
    const atMs = this.#options.now();
    // A client sends as soon as it has answered our offer, and may be quicker than the way of its keys to this thread.
    if (this.#secured?.awaiting === true && this.#early.length < MOST_EARLY)
      this.#early.push({ bytes, from, atMs });
    else this.#open(bytes, from, atMs);
  };

  #open(bytes: Buffer, from: RemoteInfo, atMs: number): void {
    const { onPacket, spec } = this.#options;
    const rtp = this.#secured === undefined ? bytes : this.#secured.openRtp(bytes);
    if (typeof rtp === 'string') {
      this.#srtpRefused += 1;
      onPacket(rtp);
      return;
    }
    if (this.#secured?.over === true) this.#secured = undefined;
    if (spec.digits === 'masked') maskTelephoneEvent(rtp, this.#types);
    const verdict = this.#receiver.accept(rtp, atMs, from);
    onPacket(this.#storesNothing && verdict === 'accepted' ? 'paused' : verdict);
  }

  #rtcpTaker(over: Socket): (bytes: Buffer, from: RemoteInfo) => void {
    return (bytes, from) => {
      const rtcp = this.#secured === undefined ? bytes : this.#secured.openRtcp(bytes);
      if (typeof rtcp === 'string') {
        this.#srtpRefused += 1;
        this.#options.onPacket(rtcp);
      } else if (this.#receiver.acceptRtcp(rtcp, this.#options.now(), from))
        this.#rtcpTo = { address: from.address, port: from.port, over };
    };
  }
}

/** A second of packets: longer than an ACK takes. */
const MOST_EARLY = 50;
/** A packet comes out seconds after its arrival at most; in that time nobody pauses as often. */
const MOST_PAUSES = 64;
/** A sender that does not stop may not keep the line open; a socket's buffer is read in far fewer turns of the loop. */
const MOST_TURNS = 100;

function headerOf({ label, codecs, startedAtMs, digits, clock }: MediaSpec): Buffer {
  return encodeLogHeader({
    version: LOG_VERSION,
    label,
    codecs: [...codecs],
    startedAtMs,
    digits,
    ...(clock && { clock }),
  });
}
