type Stop = () => Promise<void>;

/** What runs beside this process and must not outlive it. */
export class RunningServices {
  readonly #running: Stop[] = [];

  /** Takes one in; answers how to stop it: once, and whoever asks while it stops waits for the same end. */
  add(stop: Stop): Stop {
    let stopping: Promise<void> | undefined;
    const once = (): Promise<void> => {
      stopping ??= stop().finally(() => this.#running.splice(this.#running.indexOf(once), 1));
      return stopping;
    };
    this.#running.push(once);
    return once;
  }

  /**
   * Stops all that run, the last started first, and waits also for those that are stopping already. What cannot be stopped is
   * told, and the others are stopped all the same.
   */
  async stopAll(): Promise<void> {
    for (let stop = this.#running.at(-1); stop !== undefined; stop = this.#running.at(-1))
      await stop().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  }
}
