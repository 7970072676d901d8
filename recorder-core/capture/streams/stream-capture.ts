import type { RemoteInfo } from 'node:dgram';
import type { CodecDescription } from '../../media/codec-description.ts';
import {
  encodeEventRecord,
  encodeLogHeader,
  encodePacketRecord,
  encodeRtcpRecord,
  type LogEvent,
} from '../../media/packet-log.ts';
import { isRtcp } from '../../media/rtp.ts';
import { StreamReceiver, type ReceiverStats } from '../../media/stream-receiver.ts';
import type { PartWriter } from '../part-writer.ts';
import type { PortPair } from './port-pairs.ts';

/** How often a receiver report goes back; recording clients take it as the sign of life (RFC 3550 section 6.2). */
const REPORT_EVERY_MS = 5_000;

export interface StreamCaptureOptions {
  readonly label: string;
  readonly codecs: readonly CodecDescription[];
  readonly startedAtMs: number;
  readonly pair: PortPair;
  readonly writer: PartWriter;
  readonly ssrc: number;
  /** Wall clock in milliseconds with fractions, from a clock that does not jump. */
  readonly now: () => number;
  readonly onPacket: (verdict: string) => void;
}

/** One media line being recorded: sockets in, packet log out. */
export class StreamCapture {
  readonly #options: StreamCaptureOptions;
  readonly #receiver: StreamReceiver;
  readonly #reports: NodeJS.Timeout;
  #rtcpTo: { address: string; port: number } | undefined;
  #closed = false;

  constructor(options: StreamCaptureOptions) {
    this.#options = options;
    const { writer, label, codecs, startedAtMs, pair } = options;
    writer.write(encodeLogHeader({ version: 1, label, codecs: [...codecs], startedAtMs }));
    this.#receiver = new StreamReceiver({
      codecs,
      reporterSsrc: options.ssrc,
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
      this.#take(bytes, from);
    });
    pair.rtcp.on('message', (bytes, from) => {
      this.#takeRtcp(bytes, from);
    });
    // A port that the sender has closed answers with ICMP, which surfaces here; the stream goes on.
    pair.rtp.on('error', () => undefined);
    pair.rtcp.on('error', () => undefined);
    this.#reports = setInterval(() => {
      this.#report();
    }, REPORT_EVERY_MS);
    this.#reports.unref();
  }

  get port(): number {
    return this.#options.pair.port;
  }

  get label(): string {
    return this.#options.label;
  }

  /** Writes what happened to the stream into its log: hold, resume. */
  note(event: LogEvent): void {
    const atMs = this.#options.now();
    this.#options.writer.write(encodeEventRecord(this.#micros(atMs), event));
  }

  /** A re-INVITE came: another sender, or other codecs, may follow at once. */
  renegotiated(codecs?: readonly CodecDescription[]): void {
    this.#receiver.reset(this.#options.now(), codecs);
  }

  stats(): ReceiverStats {
    return this.#receiver.stats(this.#options.now());
  }

  /** Stops listening, closes the log in good order and the file with it. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#reports);
    this.#options.pair.release();
    this.note({ type: 'closed' });
    await this.#options.writer.close();
  }

  #micros(atMs: number): number {
    return Math.max(0, Math.round((atMs - this.#options.startedAtMs) * 1000));
  }

  #take(bytes: Buffer, from: RemoteInfo): void {
    if (isRtcp(bytes)) {
      this.#takeRtcp(bytes, from);
      return;
    }
    this.#options.onPacket(this.#receiver.accept(bytes, this.#options.now(), from));
  }

  #takeRtcp(bytes: Buffer, from: RemoteInfo): void {
    if (this.#receiver.acceptRtcp(bytes, this.#options.now())) this.#rtcpTo = from;
  }

  #report(): void {
    const report = this.#rtcpTo && this.#receiver.receiverReport(this.#options.now());
    if (report === undefined || this.#rtcpTo === undefined) return;
    this.#options.pair.rtcp.send(report, this.#rtcpTo.port, this.#rtcpTo.address, () => undefined);
  }
}
