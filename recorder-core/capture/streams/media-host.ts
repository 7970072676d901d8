import { CallWatch } from '../../media/call-watch.ts';
import type { WatchLimits } from '../../media/watch-limits.ts';
import { PartWriter } from '../part-writer.ts';
import { WriteBacklog } from '../write-backlog.ts';
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
  /** When a stream is worth an alert; what is left out has its usual value. */
  readonly limits?: Partial<WatchLimits>;
}

/** Each call is looked at once a second; the calls are spread over ten turns, so that no turn is long. */
const TURN_MS = 100;
const TURNS = 10;
/** How often a receiver report goes back; recording clients take it as the sign of life (RFC 3550 section 6.2). */
const REPORT_EVERY_LOOKS = 5;

/** The lines of one call in this thread. */
interface HostedCall {
  readonly streams: Map<string, StreamCapture>;
  readonly watch: CallWatch;
  /** The turn in which it is looked at. */
  readonly turn: number;
  looks: number;
}

/** The media of many calls in one thread: sockets, logs, receiver reports, and a look at each call every second. */
export class MediaHost {
  readonly #options: MediaHostOptions;
  readonly #calls = new Map<string, HostedCall>();
  readonly #backlog = new WriteBacklog();
  readonly #ticker: NodeJS.Timeout;
  #turn = 0;
  #opened = 0;

  constructor(options: MediaHostOptions) {
    this.#options = options;
    this.#ticker = setInterval(() => {
      this.#takeTurn();
    }, TURN_MS);
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
    const { now, onPacket, listener } = this.#options;
    const onFault = (error: unknown): void => {
      listener.fault(recordingId, error);
    };
    try {
      const writer = await PartWriter.create({ path, key, context, onFault, backlog: this.#backlog });
      const stream = new StreamCapture({ spec, pair, writer, now, onPacket, onFault });
      const call = this.#calls.get(recordingId) ?? this.#begin(recordingId);
      call.streams.set(spec.streamId, stream);
      return true;
    } catch (error) {
      pair.release();
      throw error;
    }
  }

  update(recordingId: string, streamId: string, change: StreamUpdate): void {
    this.#calls.get(recordingId)?.streams.get(streamId)?.update(change);
  }

  /** Ends a line when all that had arrived is read, and answers its last figures; undefined for one that is not open. */
  async close(recordingId: string, streamId: string): Promise<StreamReport | undefined> {
    const call = this.#calls.get(recordingId);
    const stream = call?.streams.get(streamId);
    if (call === undefined || stream === undefined) return undefined;
    call.streams.delete(streamId);
    this.#forgetIfEmpty(recordingId);
    await stream.takeRest();
    const report = stream.stats();
    await stream.close();
    return report;
  }

  /** The calls as they stand now. */
  allLive(): LiveMedia[] {
    return [...this.#calls.keys()].flatMap((recordingId) => this.live(recordingId) ?? []);
  }

  /** One call as it stands now. */
  live(recordingId: string): LiveMedia | undefined {
    const call = this.#calls.get(recordingId);
    if (call === undefined) return undefined;
    return {
      recordingId,
      streams: [...call.streams.values()].map((stream) => stream.live()),
      alerts: [...call.watch.standing],
    };
  }

  /** Stops looking after the calls; close their lines first. */
  stop(): void {
    clearInterval(this.#ticker);
  }

  #begin(recordingId: string): HostedCall {
    const call: HostedCall = {
      streams: new Map(),
      watch: new CallWatch(this.#options.limits),
      turn: this.#opened++ % TURNS,
      looks: 0,
    };
    this.#calls.set(recordingId, call);
    return call;
  }

  #forgetIfEmpty(recordingId: string): void {
    if (this.#calls.get(recordingId)?.streams.size === 0) this.#calls.delete(recordingId);
  }

  #takeTurn(): void {
    this.#turn = (this.#turn + 1) % TURNS;
    for (const [recordingId, call] of this.#calls)
      if (call.turn === this.#turn) this.#look(recordingId, call);
  }

  #look(recordingId: string, call: HostedCall): void {
    const streams = [...call.streams.values()];
    const alerts = call.watch.observe(
      this.#options.now(),
      streams.map((stream) => stream.watched()),
    );
    for (const alert of alerts) this.#options.listener.alert(recordingId, alert);
    call.looks += 1;
    if (call.looks % REPORT_EVERY_LOOKS === 0) for (const stream of streams) stream.report();
  }
}
