import { remoteError, RemoteFailure } from '../../../connectors/kit/remote-error.ts';
import type { RateLimit } from '../../../connectors/kit/manifest.ts';

/** How the budget reads and passes time; both are given, so that tests own the clock. */
export interface BudgetClock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted before. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The rate of one connection: a token bucket that the remote side can also close for a while. */
export interface RateBudget {
  /**
   * Takes one request, waiting for it up to `maxWaitMs`; throws RemoteFailure `throttled` with `afterMs` at once
   * where the wait would be longer. Requests are served in the order they asked.
   */
  take(signal: AbortSignal): Promise<void>;
  /** Closes the budget for `ms` from now, as Retry-After asked. */
  pause(ms: number): void;
}

/** Makes a budget that starts full. */
export function createRateBudget(limit: RateLimit, clock: BudgetClock, maxWaitMs = 10_000): RateBudget {
  const spacingMs = 1000 / limit.requestsPerSecond;
  // Generic cell rate algorithm: the one number is when the bucket would be full again.
  let fullAt = 0;
  let closedUntil = 0;
  return {
    async take(signal) {
      const now = clock.now();
      const nextFullAt = Math.max(fullAt, now) + spacingMs;
      const waitMs = Math.max(nextFullAt - limit.burst * spacingMs - now, closedUntil - now, 0);
      if (waitMs > maxWaitMs) throw throttled(waitMs);
      fullAt = nextFullAt;
      if (waitMs > 0) await clock.wait(waitMs, signal);
    },
    pause(ms) {
      closedUntil = Math.max(closedUntil, clock.now() + ms);
    },
  };
}

function throttled(waitMs: number): RemoteFailure {
  return new RemoteFailure(
    remoteError('throttled', 'The rate allowed for this connection is used up; nothing was sent.', {
      scope: 'connection',
      afterMs: Math.ceil(waitMs),
    }),
  );
}
