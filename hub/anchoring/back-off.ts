const FIRST_MS = 5_000;
const LONGEST_MS = 300_000;

/** When services that failed may be asked again: after 5 s, then twice as long each time, at most 5 minutes. */
export class BackOff {
  readonly #failing = new Map<
    string,
    { readonly failures: number; readonly until: number; readonly fault: string }
  >();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes note of how asking went. */
  note(url: string, fault: string | undefined): void {
    if (fault === undefined) {
      this.#failing.delete(url);
      return;
    }
    const failures = (this.#failing.get(url)?.failures ?? 0) + 1;
    const waitMs = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
    this.#failing.set(url, { failures, until: this.#now() + waitMs, fault });
  }

  readonly mayAsk = (url: string): boolean => (this.#failing.get(url)?.until ?? 0) <= this.#now();

  /** Services whose last answer was a failure, each with what it was. */
  get failing(): { readonly url: string; readonly fault: string }[] {
    return [...this.#failing].map(([url, { fault }]) => ({ url, fault }));
  }
}
