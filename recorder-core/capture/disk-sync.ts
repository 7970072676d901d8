/** How many files are flushed at once: the threads that do it also do everything else with files. */
const WIDTH = 2;

/**
 * Flushes to the disk, a few at a time and in order. A burst of calls makes many flushes due at once, and a slow disk
 * would otherwise hold every thread that could open the next call's files.
 */
export class DiskSync {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** Runs one flush when its turn comes; rejects as it does. */
  async run(flush: () => Promise<void>): Promise<void> {
    if (this.#running >= WIDTH) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      await flush();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
