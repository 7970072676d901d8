import type { SessionAgreement } from './session-expires.ts';
import { after, type SipTimers } from './timers.ts';

/** What a session timer sets off. */
export interface SessionTimerActions {
  /** Half of the interval is over and refreshing is ours. */
  refresh(): void;
  /** Nobody refreshed: the session is to be ended. */
  expire(): void;
}

/** Longer waits than this overflow the timers of Node. */
const LONGEST_WAIT = 2 ** 31 - 1;

/**
 * The clock of one session (RFC 4028 section 10): refresh at half of the interval, end before its whole by 32 seconds, or a
 * third where that is less. Each agreement starts it anew.
 */
export class SessionTimer {
  readonly #timers: SipTimers;
  readonly #actions: SessionTimerActions;
  #agreement: SessionAgreement | undefined;
  #stops: (() => void)[] = [];

  constructor(timers: SipTimers, actions: SessionTimerActions) {
    this.#timers = timers;
    this.#actions = actions;
  }

  /** What now holds. */
  get agreement(): SessionAgreement | undefined {
    return this.#agreement;
  }

  /** Starts anew, or stops for `undefined`. */
  arm(agreement: SessionAgreement | undefined): void {
    this.stop();
    this.#agreement = agreement;
    if (agreement === undefined) return;
    const { interval, refresher } = agreement;
    this.#after(interval - Math.min(32, interval / 3), () => this.#actions.expire());
    if (refresher === 'us') this.#after(interval / 2, () => this.#actions.refresh());
  }

  /** Tries a refresh that failed again after `ms`, at the earliest after an eighth of the interval; expiry stays as it is. */
  retry(ms: number): void {
    const interval = this.#agreement?.interval;
    if (interval === undefined || this.#stops.length === 0) return;
    this.#after(Math.max(ms / this.#timers.sessionSecond, interval / 8), () => this.#actions.refresh());
  }

  /** Stops the clock; idempotent. */
  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  #after(seconds: number, action: () => void): void {
    this.#stops.push(after(Math.min(seconds * this.#timers.sessionSecond, LONGEST_WAIT), action));
  }
}
