import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PacedMedia, Pacer } from './pacer.ts';

/**
 * Time that jumps from packet to packet and stands while anything else is awaited, as far as it is let: a call of minutes
 * takes as long as its packets need to be sent. Between two moments of sending other work runs, so a receiver in the same
 * process keeps up.
 */
export class SteppedPacer implements Pacer {
  #now = 0;
  #limit: number;
  #media: PacedMedia | undefined;
  #stopped = false;
  #raised = Promise.withResolvers<undefined>();

  /** Nothing that is due at `limitMs` or later is sent before `allow`. */
  constructor(limitMs: number) {
    this.#limit = limitMs;
  }

  /** Moves the limit, and resumes a call that waits for it. */
  allow(limitMs: number): void {
    this.#limit = limitMs;
    this.#raised.resolve(undefined);
    this.#raised = Promise.withResolvers();
  }

  elapsed(): number {
    return this.#now;
  }

  drive(media: PacedMedia): void {
    this.#media = media;
  }

  async until(ms: number, signal: AbortSignal): Promise<void> {
    const over = (): boolean => signal.aborted || this.#stopped;
    for (let moment = this.#next(ms); !over(); moment = this.#next(ms)) {
      if (moment >= this.#limit) await Promise.race([this.#raised.promise, abortOf(signal)]);
      else if (moment >= ms) break;
      else {
        this.#now = Math.max(this.#now, moment);
        this.#media?.sendDue(this.#now);
        await nextTurn();
      }
    }
    if (!over()) this.#now = Math.max(this.#now, ms);
    await nextTurn();
  }

  stop(): void {
    this.#stopped = true;
    this.#media = undefined;
    this.allow(Infinity);
  }

  #next(ms: number): number {
    return Math.min(this.#media?.nextDue() ?? Infinity, ms);
  }
}

/** No waiting at all: media is sent as fast as the process can. */
export function immediatePacer(): Pacer {
  return new SteppedPacer(Infinity);
}

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
