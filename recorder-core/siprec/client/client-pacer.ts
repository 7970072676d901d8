import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** Keeps a call in step with a clock, in milliseconds since the pacer was made. */
export interface Pacer {
  elapsed(): number;
  /** Resolves at `ms`, or at once when that is past; also early when `signal` is aborted. Always lets other work run. */
  until(ms: number, signal: AbortSignal): Promise<void>;
}

/** Real time: packet n leaves at n times 20 ms however late the one before was, so a call keeps its length. */
export function realTimePacer(): Pacer {
  const start = performance.now();
  const elapsed = (): number => performance.now() - start;
  return {
    elapsed,
    until: async (ms, signal) => {
      const wait = ms - elapsed();
      if (wait < 1 || signal.aborted) await nextTurn();
      else await sleep(wait, undefined, { signal }).catch(() => undefined);
    },
  };
}

/** No waiting: time jumps to whatever is waited for. A call of minutes takes as long as its packets need to be sent. */
export function immediatePacer(): Pacer {
  let now = 0;
  return {
    elapsed: () => now,
    until: async (ms) => {
      now = Math.max(now, ms);
      await nextTurn();
    },
  };
}
