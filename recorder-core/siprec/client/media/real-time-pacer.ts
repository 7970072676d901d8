import type { PacedMedia, Pacer } from './pacer.ts';

/** How often the media of all calls is looked at. Packets leave at most this late, and never drift. */
const TICK_MS = 2;

/**
 * Real time for any number of calls with one timer: packet n leaves at n times its length however late the one before was,
 * so a call keeps its length, and hundreds of calls cost neither a timer nor a promise for each packet.
 */
export class RealTimeClock {
  readonly #pacers = new Set<RealTimePacer>();
  #timer: NodeJS.Timeout | undefined;

  /** A pacer that begins now; it runs until its `stop`. */
  readonly newPacer = (): Pacer => {
    const pacer = new RealTimePacer(() => this.#pacers.delete(pacer));
    this.#pacers.add(pacer);
    this.#timer ??= setTimeout(this.#tick, TICK_MS);
    return pacer;
  };

  readonly #tick = (): void => {
    for (const pacer of this.#pacers) pacer.tick();
    this.#timer = this.#pacers.size > 0 ? setTimeout(this.#tick, TICK_MS) : undefined;
  };
}

class RealTimePacer implements Pacer {
  readonly #start = performance.now();
  readonly #leave: () => void;
  #media: PacedMedia | undefined;
  #waiting: { readonly ms: number; readonly signal: AbortSignal; readonly resolve: () => void }[] = [];

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  elapsed(): number {
    return performance.now() - this.#start;
  }

  drive(media: PacedMedia): void {
    this.#media = media;
  }

  until(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ ms, signal, resolve });
    });
  }

  stop(): void {
    this.#media = undefined;
    this.#leave();
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  tick(): void {
    const now = this.elapsed();
    if (this.#media !== undefined && this.#media.nextDue() <= now) this.#media.sendDue(now);
    if (this.#waiting.length === 0) return;
    const over = this.#waiting.filter(({ ms, signal }) => ms <= now || signal.aborted);
    if (over.length === 0) return;
    this.#waiting = this.#waiting.filter((waiter) => !over.includes(waiter));
    for (const { resolve } of over) resolve();
  }
}
