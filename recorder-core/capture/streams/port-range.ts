import { HoldfastError } from '../../errors.ts';

/** A released port rests, so that late packets of the last call do not reach the next. */
const COOL_DOWN_MS = 5_000;

/** Gives out the even ports of a range in turn, each for a pair; one in use or resting is passed over. */
export class PortRange {
  readonly address: string;
  readonly #first: number;
  readonly #count: number;
  readonly #now: () => number;
  readonly #busyUntil = new Map<number, number>();
  #next = 0;

  /** `address` is where the ports are bound; `now` is in milliseconds. */
  constructor(
    address: string,
    range: { readonly min: number; readonly max: number },
    now: () => number = Date.now,
  ) {
    this.address = address;
    this.#first = range.min + (range.min % 2);
    this.#count = Math.max(0, Math.floor((range.max - this.#first + 1) / 2));
    this.#now = now;
  }

  /** Pairs that could be given out at once. */
  get capacity(): number {
    return this.#count;
  }

  /**
   * Takes the next free pair that `bind` can have, and answers its even port. @throws HoldfastError `unavailable` when the
   * whole range is in use; what `bind` throws.
   */
  async take(bind: (port: number) => Promise<boolean>): Promise<number> {
    for (let tried = 0; tried < this.#count; tried++) {
      const port = this.#first + 2 * this.#next;
      this.#next = (this.#next + 1) % this.#count;
      if ((this.#busyUntil.get(port) ?? 0) > this.#now()) continue;
      this.#busyUntil.set(port, Infinity);
      let bound = false;
      try {
        bound = await bind(port);
      } finally {
        if (!bound) this.#busyUntil.delete(port);
      }
      if (bound) return port;
    }
    throw new HoldfastError(
      'unavailable',
      `All ${this.#count} RTP port pairs are in use. Widen the range with --rtp-port-min and --rtp-port-max, or add a recorder.`,
    );
  }

  /** Gives a port back; it rests for a while before it is given out again. */
  release(port: number): void {
    this.#busyUntil.set(port, this.#now() + COOL_DOWN_MS);
  }
}
