/** How many connections others may hold open with us. */
export interface ConnectionLimitOptions {
  readonly total: number;
  readonly perSource: number;
}

/** Generous for session border controllers, which need a handful, and small enough to hold in memory. */
export const DEFAULT_CONNECTION_LIMITS: ConnectionLimitOptions = { total: 10_000, perSource: 2_000 };

/** Counts the connections that others opened, over all stream transports, so that no source can take them all. */
export class ConnectionLimits {
  readonly #limits: ConnectionLimitOptions;
  readonly #bySource = new Map<string, number>();
  #total = 0;

  constructor(limits: ConnectionLimitOptions) {
    this.#limits = limits;
  }

  /** Connections now counted. */
  get total(): number {
    return this.#total;
  }

  /** Counts one more and returns what gives it back, once; `undefined` when the limit is reached. */
  take(address: string): (() => void) | undefined {
    const held = this.#bySource.get(address) ?? 0;
    if (this.#total >= this.#limits.total || held >= this.#limits.perSource) return undefined;
    this.#change(address, 1);
    let taken = true;
    return () => {
      if (taken) this.#change(address, -1);
      taken = false;
    };
  }

  #change(address: string, by: 1 | -1): void {
    const held = (this.#bySource.get(address) ?? 0) + by;
    this.#total += by;
    if (held === 0) this.#bySource.delete(address);
    else this.#bySource.set(address, held);
  }
}
