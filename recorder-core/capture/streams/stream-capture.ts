import type { RemoteInfo } from 'node:dgram';
import type { CodecDescription } from '../../media/codec-description.ts';
import {
  encodeEventRecord,
  encodeLogHeader,
  encodePacketRecord,
  encodeRtcpRecord,
  LOG_VERSION,
} from '../../media/packet-log.ts';
import type { LogEvent } from '../../media/packet-log.ts';
import { isRtcp } from '../../media/rtp.ts';
import { StreamReceiver } from '../../media/stream-receiver.ts';
import type { PartWriter } from '../part-writer.ts';
import type { LiveStream } from '../recorder-control.ts';
import type { MediaSpec, StreamReport, StreamUpdate } from './media-engine.ts';
import type { PortPair } from './port-pair.ts';

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
  #rtcpTo: { address: string; port: number } | undefined;
  #held = false;
  #paused = false;
  #pausedPackets = 0;
  #srtpRefused = 0;
  #faults = 0;
  #closed = false;

  constructor(options: StreamCaptureOptions) {
    this.#options = options;
    const { spec, writer, pair } = options;
    const { label, codecs, startedAtMs } = spec;
    writer.write(encodeLogHeader({ version: LOG_VERSION, label, codecs: [...codecs], startedAtMs }));
    this.#receiver = new StreamReceiver({
      codecs,
      reporterSsrc: spec.ssrc,
      cname: 'holdfast',
      sink: {
        packet: (rtp, atMs) => {
          writer.write(encodePacketRecord(this.#micros(atMs), rtp));
        },
        rtcp: (rtcp, atMs) => {
          writer.write(encodeRtcpRecord(this.#micros(atMs), rtcp));
        },
        event: (event, atMs) => {
          writer.write(encodeEventRecord(this.#micros(atMs), event));
        },
      },
    });
    pair.rtp.on('message', (bytes, from) => {
      this.#guard(() => {
        this.#take(bytes, from);
      });
    });
    pair.rtcp.on('message', (bytes, from) => {
      this.#guard(() => {
        this.#takeRtcp(bytes, from);
      });
    });
    // A port that the sender has closed answers with ICMP, which surfaces here; the stream goes on.
    pair.rtp.on('error', () => undefined);
    pair.rtcp.on('error', () => undefined);
  }

  get label(): string {
    return this.#options.spec.label;
  }

  /** Applies what the signalling says about the line. */
  update({ renegotiated, codecs, held, paused }: StreamUpdate): void {
    if (held !== undefined) this.#hold(held);
    if (paused !== undefined) this.#paused = paused;
    if (renegotiated === true || codecs !== undefined) this.#reset(codecs);
  }

  /** Sends a receiver report where the sender's own RTCP said it wants one (RFC 3550 section 6.4). */
  report(): void {
    const report = this.#rtcpTo && this.#receiver.receiverReport(this.#options.now());
    if (report === undefined || this.#rtcpTo === undefined) return;
    this.#options.pair.rtcp.send(report, this.#rtcpTo.port, this.#rtcpTo.address, () => undefined);
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

  /** The line as somebody who watches sees it. */
  live(): LiveStream {
    const { packets, lost, jitterMs, silentMs } = this.stats();
    return {
      label: this.label,
      port: this.#options.pair.port,
      codec: null,
      secured: this.#options.spec.security !== undefined,
      held: this.#held,
      packets,
      lost,
      jitterMs,
      mosLq: null,
      silentMs: silentMs ?? null,
    };
  }

  /** Stops listening, closes the log in good order and the file with it. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.pair.release();
    this.#note({ type: 'closed' });
    await this.#options.writer.close();
  }

  #hold(held: boolean): void {
    this.#held = held;
    this.#note({ type: held ? 'hold' : 'resume' });
  }

  #reset(codecs?: readonly CodecDescription[]): void {
    this.#receiver.reset(this.#options.now(), codecs);
  }

  #note(event: LogEvent): void {
    this.#options.writer.write(encodeEventRecord(this.#micros(this.#options.now()), event));
  }

  #micros(atMs: number): number {
    return Math.max(0, Math.round((atMs - this.#options.spec.startedAtMs) * 1000));
  }

  /** A datagram that brings a fault of ours to light must not take the thread, and the other calls in it, with it. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.onPacket('fault');
      if (this.#faults++ === 0) this.#options.onFault(error);
    }
  }

  #take(bytes: Buffer, from: RemoteInfo): void {
    if (isRtcp(bytes)) {
      this.#takeRtcp(bytes, from);
      return;
    }
    if (this.#paused) {
      this.#pausedPackets += 1;
      this.#options.onPacket('paused');
      return;
    }
    this.#options.onPacket(this.#receiver.accept(bytes, this.#options.now(), from));
  }

  #takeRtcp(bytes: Buffer, from: RemoteInfo): void {
    if (this.#receiver.acceptRtcp(bytes, this.#options.now(), from)) this.#rtcpTo = from;
  }
}
