/** The times of RFC 3261 section 17 and table 4, in milliseconds; all other timers follow from them. */
export interface SipTimers {
  /** Round-trip estimate: first retransmission; 64 × T1 is the life of a transaction. */
  readonly t1: number;
  /** Longest interval between retransmissions of non-INVITE requests and of INVITE answers. */
  readonly t2: number;
  /** How long a message may stay in the network. */
  readonly t4: number;
  /** Silence after which a server sends 100 Trying on its own. */
  readonly trying: number;
  /** Longest wait of a caller for the final answer to an INVITE (timer C). */
  readonly c: number;
  /** Longest a peer may take over one message on a stream, over a TLS handshake, and until its first message. */
  readonly streamMessage: number;
  /** Silence after which a stream that no dialog needs is closed; it may last up to twice as long. */
  readonly streamIdle: number;
  /** How long a second of Session-Expires lasts (RFC 4028). */
  readonly sessionSecond: number;
}

/** The values of the RFC; those of streams are ours. */
export const DEFAULT_TIMERS: SipTimers = {
  t1: 500,
  t2: 4_000,
  t4: 5_000,
  trying: 200,
  c: 180_000,
  streamMessage: 32_000,
  streamIdle: 3_600_000,
  sessionSecond: 1_000,
};

/**
 * Calls `action` after `first` ms, then each time after twice as long but never more than `ceiling` ms, until
 * the returned function is called.
 */
export function repeatWithBackoff(first: number, ceiling: number, action: () => void): () => void {
  let interval = first;
  const fire = (): void => {
    interval = Math.min(interval * 2, ceiling);
    timer = setTimeout(fire, interval);
    action();
  };
  let timer = setTimeout(fire, interval);
  return () => {
    clearTimeout(timer);
  };
}

/**
 * How long a handler may stay silent before the stack answers 500: half of what the peer waits by the same timers, so that
 * the answer finds somebody.
 */
export function answerPatience(timers: SipTimers, isInvite: boolean): number {
  return isInvite ? timers.c / 2 : 32 * timers.t1;
}

/** Runs `action` every `ms`, until the returned function is called. */
export function every(ms: number, action: () => void): () => void {
  const timer = setInterval(action, ms);
  return () => {
    clearInterval(timer);
  };
}

/** Runs `action` after `ms`; the returned function prevents it. */
export function after(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms);
  return () => {
    clearTimeout(timer);
  };
}
