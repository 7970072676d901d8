import { HoldfastError } from '../../errors.ts';
import type { WatchLimits } from '../../media/watch-limits.ts';
import { CallableThread, errorFrom } from '../thread-calls.ts';
import type {
  LiveMedia,
  MediaEngine,
  MediaListener,
  MediaSpec,
  StreamReport,
  StreamUpdate,
} from './media-engine.ts';
import type { MediaNews, MediaThreadData } from './media-thread.ts';
import type { ClockBase } from './steady-clock.ts';

const THREAD = new URL('./media-thread.ts', import.meta.url);

export interface ThreadedMediaOptions {
  /** How many; the machine's other cores are for signalling and sealing. */
  readonly threads: number;
  /** The clock of the process; the threads count on from it. */
  readonly base: ClockBase;
  /** When a stream is worth an alert; what is left out has its usual value. */
  readonly limits?: Partial<WatchLimits>;
  readonly listener: MediaListener;
  /** What runs in a thread. */
  readonly file?: URL;
}

/**
 * The engine over several threads: all lines of a call live in one, so that it can look at the call as a whole; a new
 * call goes to the thread with the fewest. A thread that dies is replaced, and its calls are told that their lines are
 * lost.
 */
export class ThreadedMediaEngine implements MediaEngine {
  readonly #listener: MediaListener;
  readonly #data: MediaThreadData;
  readonly #file: URL;
  readonly #threads: MediaThread[];
  #stopped = false;

  constructor({ threads, base, limits = {}, listener, file = THREAD }: ThreadedMediaOptions) {
    this.#listener = listener;
    this.#file = file;
    this.#data = { base, limits };
    this.#threads = Array.from({ length: threads }, () => this.#start());
  }

  open(spec: MediaSpec): Promise<boolean> {
    const fewest = this.#threads.toSorted((a, b) => a.calls - b.calls)[0];
    const thread = this.#threadOf(spec.recordingId) ?? fewest;
    if (thread !== undefined) return thread.open(spec);
    throw new HoldfastError('config_invalid', 'There is no media thread; set mediaThreads to at least 1.');
  }

  update(recordingId: string, streamId: string, change: StreamUpdate): void {
    this.#threadOf(recordingId)?.update(recordingId, streamId, change);
  }

  async close(recordingId: string, streamId: string): Promise<StreamReport | undefined> {
    return this.#threadOf(recordingId)?.close(recordingId, streamId);
  }

  live(recordingId: string): LiveMedia | undefined {
    return this.#threadOf(recordingId)?.live.get(recordingId);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }

  #threadOf(recordingId: string): MediaThread | undefined {
    return this.#threads.find((thread) => thread.carries(recordingId));
  }

  #start(): MediaThread {
    const thread: MediaThread = new MediaThread(this.#file, this.#data, this.#listener, () => {
      this.#replace(thread);
    });
    return thread;
  }

  #replace(dead: MediaThread): void {
    if (this.#stopped) return;
    this.#threads[this.#threads.indexOf(dead)] = this.#start();
    for (const recordingId of dead.recordings()) this.#listener.lost(recordingId);
  }
}

/** One thread as its owner sees it. */
class MediaThread {
  live = new Map<string, LiveMedia>();
  /** Lines open or being opened, by call. */
  readonly #lines = new Map<string, number>();
  readonly #thread: CallableThread<MediaNews>;
  readonly #listener: MediaListener;

  constructor(file: URL, data: MediaThreadData, listener: MediaListener, died: () => void) {
    this.#listener = listener;
    this.#thread = new CallableThread<MediaNews>(file, data, {
      news: (news) => {
        this.#take(news);
      },
      died,
    });
  }

  get calls(): number {
    return this.#lines.size;
  }

  carries(recordingId: string): boolean {
    return this.#lines.has(recordingId);
  }

  recordings(): string[] {
    return [...this.#lines.keys()];
  }

  async open(spec: MediaSpec): Promise<boolean> {
    const { recordingId } = spec;
    this.#lines.set(recordingId, (this.#lines.get(recordingId) ?? 0) + 1);
    let opened = false;
    try {
      opened = await this.#thread.ask<boolean>('open', spec);
    } finally {
      if (!opened) this.#lineIsGone(recordingId);
    }
    return opened;
  }

  async close(recordingId: string, streamId: string): Promise<StreamReport | undefined> {
    try {
      return await this.#thread.ask<StreamReport | undefined>('close', recordingId, streamId);
    } finally {
      this.#lineIsGone(recordingId);
    }
  }

  /** There is no answer to wait for; the thread's death is told elsewhere. */
  update(recordingId: string, streamId: string, change: StreamUpdate): void {
    this.#thread.ask('update', recordingId, streamId, change).catch(() => undefined);
  }

  stop(): Promise<void> {
    return this.#thread.stop();
  }

  #lineIsGone(recordingId: string): void {
    const left = (this.#lines.get(recordingId) ?? 1) - 1;
    if (left > 0) this.#lines.set(recordingId, left);
    else {
      this.#lines.delete(recordingId);
      this.live.delete(recordingId);
    }
  }

  #take(news: MediaNews): void {
    switch (news.type) {
      case 'fault':
        this.#listener.fault(news.recordingId, errorFrom(news.failure));
        break;
      case 'alert':
        this.#listener.alert(news.recordingId, news.alert);
        break;
      case 'counted':
        this.#listener.counted(news.verdicts);
        break;
      case 'live':
        this.live = new Map(news.calls.map((call) => [call.recordingId, call]));
        this.#listener.load(news.load);
    }
  }
}
