/** The ways in which a person or a system asks a process to end; closing the terminal is one of them. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Aborts once the process is asked to end. Later requests change nothing: a
 * second Ctrl-C must not cut off the orderly end that the first one began.
 */
export function onStopSignal(): AbortSignal {
  const asked = new AbortController();
  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => {
      asked.abort();
    });
  }
  return asked.signal;
}

/** Resolves when a signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
