/** The circuit breaker of a connection. Pure. Times in milliseconds since the epoch. */

/** closed: all is sent; open: nothing is; probing: one request tries whether the remote system is back. */
export interface Breaker {
  readonly state: 'closed' | 'open' | 'probing';
  /** Failures in a row. */
  readonly failures: number;
  readonly failingSince: number | null;
  readonly openedAt: number | null;
  /** Openings in a row, without an answer in between. */
  readonly openings: number;
  /** open: when one request may try; probing: when the trial counts as failed. */
  readonly probeAt: number | null;
}

/** A breaker that has seen nothing go wrong. */
export const CLOSED: Breaker = {
  state: 'closed',
  failures: 0,
  failingSince: null,
  openedAt: null,
  openings: 0,
  probeAt: null,
};

/** So many in a row, over so long: a cut that hits everything under way at one moment is no outage. */
const FAILURES = 5;
const OVER_MS = 2000;
const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** Longer than any exchange. */
const PROBE_MS = 60_000;

/** Whether a request may go now; where it may not, how long it waits at least. One that tries changes the breaker. */
export function admit(
  breaker: Breaker,
  now: number,
): { readonly breaker: Breaker; readonly waitMs: number; readonly probe: boolean } {
  if (breaker.state === 'closed') return { breaker, waitMs: 0, probe: false };
  const waitMs = (breaker.probeAt ?? 0) - now;
  if (waitMs > 0) return { breaker, waitMs, probe: false };
  return { breaker: { ...breaker, state: 'probing', probeAt: now + PROBE_MS }, waitMs: 0, probe: true };
}

/** What an answer, or that none came, makes of the breaker. An answer is whatever shows that the remote system works. */
export function settle(breaker: Breaker, answered: boolean, now: number): Breaker {
  if (answered) return CLOSED;
  const failures = breaker.failures + 1;
  const failingSince = breaker.failingSince ?? now;
  // What was under way when it opened adds nothing.
  if (breaker.state === 'open') return { ...breaker, failures };
  const opens = breaker.state === 'probing' || (failures >= FAILURES && now - failingSince >= OVER_MS);
  if (!opens) return { ...breaker, failures, failingSince };
  const openings = breaker.openings + 1;
  const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (openings - 1), LONGEST_WAIT_MS);
  const openedAt = breaker.openedAt ?? now;
  return { state: 'open', failures, failingSince, openedAt, openings, probeAt: now + waitMs };
}
