import type { ServerTransaction } from './server-transaction.ts';
import { after, repeatWithBackoff, type SipTimers } from './timers.ts';

/**
 * Repeats the 2xx to an INVITE until its ACK comes (RFC 3261 section 13.3.1.4): after T1, doubling up to T2, over any
 * transport, as a hop on the way may be unreliable. After 64 × T1 it calls `onTimeout` and stops.
 */
export class AnswerUntilAck {
  /** Resolves once: true with the ACK, false when given up or stopped. */
  readonly settled: Promise<boolean>;
  readonly #settle: (acknowledged: boolean) => void;
  readonly #stops: (() => void)[];

  constructor(transaction: ServerTransaction, timers: SipTimers, onTimeout: () => void) {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.settled = promise;
    this.#settle = resolve;
    const { t1, t2 } = timers;
    this.#stops = [
      repeatWithBackoff(t1, t2, () => {
        transaction.repeat();
      }),
      after(64 * t1, () => {
        this.stop();
        onTimeout();
      }),
    ];
  }

  /** The ACK has come. */
  acknowledge(): void {
    this.#settle(true);
    this.stop();
  }

  /** Stops repeating; idempotent. */
  stop(): void {
    for (const stop of this.#stops) stop();
    this.#settle(false);
  }
}
