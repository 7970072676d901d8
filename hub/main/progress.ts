/** Prints what is going on, for a person at a terminal; a step that takes longer than two seconds says how long it has taken. */
export interface Progress {
  /** Runs a step and prints its end with the time it took. */
  step<T>(title: string, work: () => Promise<T>): Promise<T>;
  line(text: string): void;
}

const FIRST_WORD_MS = 2_000;
const NEXT_WORD_MS = 5_000;

export function openProgress(write: (text: string) => void = (text) => process.stdout.write(text)): Progress {
  const line = (text: string): void => {
    write(`${text}\n`);
  };
  return {
    line,
    async step(title, work) {
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
