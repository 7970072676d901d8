const WINDOW_MS = 60_000;
const PER_WINDOW = 20;
/** More keys than this are forgotten oldest first; each stands for a link or a tenant that exists. */
const MOST_KEYS = 10_000;

interface Count {
  readonly since: number;
  written: number;
  unwritten: number;
}

/**
 * How many refusals of somebody unknown become ledger leaves: 20 a minute for each link or tenant. Those above are
 * counted, and the next leaf says how many there were. A process counts for itself.
 */
export class BoundedRefusals {
  readonly #counts = new Map<string, Count>();

  /**
   * What to write, with the number of refusals that were not, and whether this is the last one for now, as under an attack;
   * undefined where this one is only counted.
   */
  allow(key: string, at: Date): { readonly unwritten: number; readonly last: boolean } | undefined {
    const known = this.#counts.get(key);
    const now = at.getTime();
    if (known === undefined || now - known.since >= WINDOW_MS) {
      this.#counts.delete(key);
      this.#counts.set(key, { since: now, written: 1, unwritten: 0 });
      const [oldest] = this.#counts.keys();
      if (this.#counts.size > MOST_KEYS && oldest !== undefined) this.#counts.delete(oldest);
      return { unwritten: known?.unwritten ?? 0, last: false };
    }
    if (known.written < PER_WINDOW) {
      known.written += 1;
      return { unwritten: 0, last: known.written === PER_WINDOW };
    }
    known.unwritten += 1;
    return undefined;
  }
}
