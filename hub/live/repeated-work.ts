/** Work that runs again and again until it is stopped. */
export interface RepeatedWork {
  /** Runs it at once, or once more when it is running now. */
  hurry(): void;
  /** Resolves when the run in progress has ended; none begins afterwards. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Runs `work` now and then with `pauseMs` between the end of one run and the begin of the next, so that two runs never
 * overlap, however slow they are. A run that fails is told and the next one comes all the same.
 */
export function repeatWork(
  pauseMs: number,
  work: () => Promise<void>,
  onFault: (error: unknown) => void,
): RepeatedWork {
  let stopped = false;
  let hurried = false;
  let wake: (() => void) | undefined;
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      if (stopped || hurried) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, pauseMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async (): Promise<void> => {
    while (!stopped) {
      hurried = false;
      await work().catch(onFault);
      await pause();
      wake = undefined;
    }
  };
  const running = run();
  return {
    hurry() {
      hurried = true;
      wake?.();
    },
    async stop() {
      stopped = true;
      wake?.();
      await running;
    },
  };
}
