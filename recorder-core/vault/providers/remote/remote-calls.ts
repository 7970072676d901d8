import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '../../../errors.ts';

/** Thrown by a call that failed in passing: no connection, too busy, a fault of the server. It may be made again. */
export class PassingFault extends Error {}

/** Bounds of the calls to one service. */
export interface RemoteLimits {
  /** How long one attempt may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Attempts in all, for calls that may be repeated. */
  readonly attempts: number;
  /** Pause before the second attempt; doubles with each further one. */
  readonly pauseMs: number;
  /** Calls in flight, and calls that may wait for their turn. */
  readonly atOnce: number;
  readonly waiting: number;
}

const LIMITS: RemoteLimits = { timeoutMs: 5_000, attempts: 3, pauseMs: 200, atOnce: 8, waiting: 256 };

/** Whether a call does the same when it is made twice. */
export type Repeatable = 'repeatable' | 'once';

/** Calls to a key service: each with a deadline, a bounded number at once, repeated only where that does no harm. */
export class RemoteCalls {
  readonly #name: string;
  readonly #limits: RemoteLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** `name` is the service in a sentence: `Vault at https://vault.example:8200`. */
  constructor(name: string, limits: Partial<RemoteLimits> = {}) {
    this.#name = name;
    this.#limits = { ...LIMITS, ...limits };
  }

  /**
   * Makes a call; `work` must end when its signal does.
   * @throws key_unavailable when the service does not answer in time or is too busy, and whatever else `work` throws.
   */
  async run<T>(repeatable: Repeatable, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      return await this.#attempt(repeatable === 'once' ? 1 : this.#limits.attempts, work);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next(); // it takes over the place, so that nobody slips in between
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#limits.atOnce) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#limits.waiting)
      throw this.#unavailable('has more to do than it can in time');
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #attempt<T>(attempts: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const signal = AbortSignal.timeout(this.#limits.timeoutMs);
      try {
        return await work(signal);
      } catch (error) {
        const late = signal.aborted;
        if (!late && !(error instanceof PassingFault)) throw error;
        if (attempt >= attempts) {
          const seconds = this.#limits.timeoutMs / 1000;
          const what = late ? `did not answer within ${seconds} s` : 'cannot be reached or has a fault';
          throw this.#unavailable(what, late ? undefined : error);
        }
        // Not at the same moment as everybody else whom the same fault met.
        await delay(this.#limits.pauseMs * 2 ** (attempt - 1) * (0.5 + Math.random()));
      }
    }
  }

  #unavailable(what: string, cause?: unknown): HoldfastError {
    return new HoldfastError(
      'key_unavailable',
      `${this.#name} ${what}${cause instanceof PassingFault && cause.message !== '' ? ` (${cause.message})` : ''}. Nothing is encrypted or decrypted until it answers; check the service and the network to it.`,
      { retryAfterMs: 5_000 },
    );
  }
}
