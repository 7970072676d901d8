import { HoldfastError } from '../../recorder-core/errors.ts';

/** Prints what is going on, for a person at a terminal; a step that takes longer than two seconds says how long it has taken. */
export interface Progress {
  /** Runs a step and prints its end with the time it took. */
  step<T>(title: string, work: () => Promise<T>): Promise<T>;
  line(text: string): void;
}

const FIRST_WORD_MS = 2_000;
const NEXT_WORD_MS = 5_000;

/**
 * Opens it. Once `asked` is aborted no further step begins, so a person who
 * stops the start does not have to wait for its end.
 */
export function openProgress(
  write: (text: string) => void = (text) => process.stdout.write(text),
  asked?: AbortSignal,
): Progress {
  const line = (text: string): void => {
    write(`${text}\n`);
  };
  return {
    line,
    async step(title, work) {
      if (asked?.aborted === true)
        throw new HoldfastError('conflict', 'Stopped on request; what had been started was stopped again.');
      const started = performance.now();
      const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;
      let timer = setTimeout(function again() {
        line(`  … ${title}, ${seconds()} so far`);
        timer = setTimeout(again, NEXT_WORD_MS);
      }, FIRST_WORD_MS);
      try {
        const result = await work();
        line(`  ✓ ${title} (${seconds()})`);
        return result;
      } catch (error) {
        line(`  ✗ ${title} (${seconds()})`);
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
