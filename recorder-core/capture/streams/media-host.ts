import type { StreamAlert } from '../../media/stream-alert.ts';
import { PartWriter } from '../part-writer.ts';
import type { LiveMedia, MediaListener, MediaSpec, StreamReport, StreamUpdate } from './media-engine.ts';
import { bindPortPair } from './port-pair.ts';
import { StreamCapture } from './stream-capture.ts';

/** Who is told, besides what the host is asked for: everything but the thread's own load. */
export type HostListener = Pick<MediaListener, 'fault' | 'alert'>;

export interface MediaHostOptions {
  /** Wall clock in milliseconds with fractions, from a clock that does not jump. */
  readonly now: () => number;
  readonly listener: HostListener;
  /** Called for every datagram; keep it cheap. */
  readonly onPacket: (verdict: string) => void;
}

/** How often a receiver report goes back; recording clients take it as the sign of life (RFC 3550 section 6.2). */
const REPORT_EVERY_TICKS = 5;
const TICK_MS = 1_000;

/** The lines of one call in this thread. */
interface HostedCall {
  readonly streams: Map<string, StreamCapture>;
  readonly released: PromiseWithResolvers<void>;
  readonly alerts: Map<string, StreamAlert>;
  /** Spreads the reports of many calls over the seconds. */
  readonly phase: number;
}

/** The media of many calls in one thread: sockets, logs, receiver reports, and a look at each call every second. */
export class MediaHost {
  readonly #options: MediaHostOptions;
  readonly #calls = new Map<string, HostedCall>();
  readonly #ticker: NodeJS.Timeout;
  #ticks = 0;
  #opened = 0;

  constructor(options: MediaHostOptions) {
    this.#options = options;
    this.#ticker = setInterval(() => {
      this.#tick();
    }, TICK_MS);
    this.#ticker.unref();
  }

  /** Lines open now. */
  get streams(): number {
    let count = 0;
    for (const { streams } of this.#calls.values()) count += streams.size;
    return count;
  }

  /** Opens a line; false when its ports are taken. @throws HoldfastError `storage_full`. */
  async open(spec: MediaSpec): Promise<boolean> {
    const { recordingId, path, key, context } = spec;
    const pair = await bindPortPair(spec.address, spec.port);
    if (pair === undefined) return false;
    const call = this.#calls.get(recordingId) ?? this.#begin(recordingId);
    const { now, onPacket, listener } = this.#options;
    const onFault = (error: unknown): void => {
      listener.fault(recordingId, error);
    };
    try {
      const writer = await PartWriter.create({ path, key, context, after: call.released.promise, onFault });
      call.streams.set(spec.streamId, new StreamCapture({ spec, pair, writer, now, onPacket, onFault }));
      return true;
    } catch (error) {
      pair.release();
      this.#forgetIfEmpty(recordingId);
      throw error;
    }
  }

  /** Lets what the call has captured go to the disk. */
  release(recordingId: string): void {
    this.#calls.get(recordingId)?.released.resolve();
  }

  update(recordingId: string, streamId: string, change: StreamUpdate): void {
    this.#calls.get(recordingId)?.streams.get(streamId)?.update(change);
  }

  /** Ends a line and answers its last figures; undefined for one that is not open. */
  async close(recordingId: string, streamId: string): Promise<StreamReport | undefined> {
    const call = this.#calls.get(recordingId);
    const stream = call?.streams.get(streamId);
    if (call === undefined || stream === undefined) return undefined;
    const report = stream.stats();
    call.streams.delete(streamId);
    this.#forgetIfEmpty(recordingId);
    await stream.close();
    return report;
  }

  /** The calls as they stand now. */
  live(): LiveMedia[] {
    return [...this.#calls].map(([recordingId, call]) => ({
      recordingId,
      streams: [...call.streams.values()].map((stream) => stream.live()),
      alerts: [...call.alerts.values()],
    }));
  }

  /** Stops looking after the calls; close their lines first. */
  stop(): void {
    clearInterval(this.#ticker);
  }

  #begin(recordingId: string): HostedCall {
    const call: HostedCall = {
      streams: new Map(),
      released: Promise.withResolvers(),
      alerts: new Map(),
      phase: this.#opened++ % REPORT_EVERY_TICKS,
    };
    this.#calls.set(recordingId, call);
    return call;
  }

  #forgetIfEmpty(recordingId: string): void {
    const call = this.#calls.get(recordingId);
    if (call?.streams.size !== 0) return;
    this.#calls.delete(recordingId);
    call.released.resolve(); // a writer that still waits must come to its end
  }

  #tick(): void {
    this.#ticks += 1;
    for (const call of this.#calls.values()) {
      if (this.#ticks % REPORT_EVERY_TICKS !== call.phase) continue;
      for (const stream of call.streams.values()) stream.report();
    }
  }
}
