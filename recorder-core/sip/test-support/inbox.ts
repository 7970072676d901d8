/** Things that arrive, kept in order, and a way to wait for one without sleeping. */
export class Inbox<T> {
  readonly all: T[] = [];
  #waiting: { matches: (item: T) => boolean; resolve: (item: T) => void }[] = [];

  add(item: T): void {
    this.all.push(item);
    const served = this.#waiting.filter((waiter) => waiter.matches(item));
    this.#waiting = this.#waiting.filter((waiter) => !served.includes(waiter));
    for (const waiter of served) waiter.resolve(item);
  }

  /** The first item, past or future, that matches; jest's own timeout is the limit. */
  when(matches: (item: T) => boolean): Promise<T> {
    const found = this.all.find(matches);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }

  /** Waits until `count` matching items have come and returns them. */
  async atLeast(count: number, matches: (item: T) => boolean): Promise<T[]> {
    const have = (): T[] => this.all.filter(matches);
    while (have().length < count)
      await this.when((item) => matches(item) && have().indexOf(item) === count - 1);
    return have();
  }
}
