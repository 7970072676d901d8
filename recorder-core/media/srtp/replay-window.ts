/** Which packets of one source have been accepted (RFC 3711 section 3.3.2). */

/** More than the 64 that the RFC asks for: 2.5 s of packets of 20 ms may arrive late and in any order. */
export const REPLAY_WINDOW = 128;

/** Remembers the indexes of the last packets; what is older than the window counts as seen. */
export class ReplayWindow {
  #highest = -1;
  readonly #accepted = new Float64Array(REPLAY_WINDOW).fill(-1);

  /** The highest index accepted; -1 before the first. */
  get highest(): number {
    return this.#highest;
  }

  /** True when this index was not accepted before, as far as the window remembers. Changes nothing. */
  isFresh(index: number): boolean {
    return index > this.#highest - REPLAY_WINDOW && this.#accepted[index % REPLAY_WINDOW] !== index;
  }

  /** Call for a fresh index, after its packet was found authentic and not before. */
  accept(index: number): void {
    this.#accepted[index % REPLAY_WINDOW] = index;
    if (index > this.#highest) this.#highest = index;
  }
}
