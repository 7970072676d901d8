import { setTimeout as delay } from 'node:timers/promises';

/** A server process of ours. */
export interface Server {
  /** Resolves when it has ended, whoever ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 500;
const LAST_PAUSE_MS = 10_000;

/**
 * Starts a server and starts it again whenever it ends by itself, with growing
 * pauses while that fails. The first start's failure is the caller's.
 */
export async function keepRunning<S extends Server>(
  start: () => Promise<S>,
  onRestart: (error?: unknown) => void,
): Promise<{ first: S; stop(): Promise<void> }> {
  const stopping = new AbortController();
  const first = await start();
  let current = first;
  const again = async (): Promise<void> => {
    for (
      let pauseMs = FIRST_PAUSE_MS;
      !stopping.signal.aborted;
      pauseMs = Math.min(LAST_PAUSE_MS, pauseMs * 2)
    ) {
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        current = await start();
        return;
      } catch (error) {
        onRestart(error);
      }
    }
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      await current.ended;
      if (stopping.signal.aborted) return;
      onRestart();
      await again();
      if (stopping.signal.aborted) return;
    }
  };
  const watching = watch();
  return {
    first,
    async stop() {
      stopping.abort();
      await current.stop();
      await watching;
    },
  };
}
