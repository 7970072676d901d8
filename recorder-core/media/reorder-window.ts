/** Puts the packets of one party back into media order, a bounded stretch of arrivals at a time. */

/** What the window orders by: an epoch is one unbroken numbering, `extended` the place inside it. */
export interface Ordered {
  readonly epoch: number;
  readonly extended: number;
  /** Arrival, in any one unit. */
  readonly arrival: number;
}

/**
 * Holds packets until arrivals are `span` further, then gives them up in media order. Packets that arrive within
 * `span` of each other come out in the same order whatever order they came in. Holds at most `capacity` packets.
 */
export class ReorderWindow<T extends Ordered> {
  readonly #span: number;
  readonly #capacity: number;
  #held: T[] = [];
  #newest = 0;
  #oldest = Infinity;
  #released: T | undefined;

  constructor(span: number, capacity: number) {
    this.#span = span;
    this.#capacity = capacity;
  }

  /** Takes a packet; false when it came after its place was passed (or is there already) and cannot be used. */
  add(packet: T): boolean {
    this.advance(packet.arrival);
    if (this.#released !== undefined && compare(packet, this.#released) <= 0) return false;
    let at = this.#held.length;
    for (let before = this.#held[at - 1]; before !== undefined; before = this.#held[at - 1]) {
      const order = compare(before, packet);
      if (order === 0) return false;
      if (order < 0) break;
      at--;
    }
    if (at === this.#held.length) this.#held.push(packet);
    else this.#held.splice(at, 0, packet);
    this.#oldest = Math.min(this.#oldest, packet.arrival);
    return true;
  }

  /** Tells the window how far arrivals have come. */
  advance(arrival: number): void {
    this.#newest = Math.max(this.#newest, arrival);
  }

  /** The next packet in media order once its wait is over, else `undefined`. `flush` ends every wait. */
  take(flush: boolean): T | undefined {
    const ready = flush || this.#newest - this.#oldest >= this.#span || this.#held.length > this.#capacity;
    const packet = ready ? this.#held.shift() : undefined;
    if (packet === undefined) return undefined;
    this.#released = packet;
    if (packet.arrival === this.#oldest) {
      this.#oldest = this.#held.reduce((least, { arrival }) => Math.min(least, arrival), Infinity);
    }
    return packet;
  }

  /** What is held, in media order: what comes after the packet just taken. */
  get ahead(): readonly T[] {
    return this.#held;
  }
}

function compare(a: Ordered, b: Ordered): number {
  return a.epoch - b.epoch || a.extended - b.extended;
}
