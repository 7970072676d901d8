/**
 * Packets that a listener with a fixed playout buffer would have missed, although they did arrive: with real loss they
 * make up what is not heard in a live call. Kept apart from loss, because the recording does hear them.
 */

/** Depth of the playout that is assumed; what telephones and gateways commonly hold. */
const PLAYOUT_MS = 60;
/** A change of transit beyond this is a sender's clock set anew, or a hold, and no delay of the network. */
const JUMP_MS = 1000;
/** The least transit is that of this block and the one before, so that drifting clocks do not make packets late. */
const BLOCK_MS = 10_000;

/** One per sender. Feed it what `JitterMeter.update` gave, in order of arrival. */
export class LateMeter {
  #transitMs = 0;
  #leastBefore = Infinity;
  #least = Infinity;
  #blockEndMs = 0;
  #late = 0;

  /** True when the packet would have missed its playout. */
  update(arrivalMs: number, longerMs: number): boolean {
    if (longerMs > JUMP_MS || longerMs < -JUMP_MS) this.#leastBefore = this.#least = Infinity;
    this.#transitMs += longerMs;
    if (arrivalMs >= this.#blockEndMs) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#blockEndMs = arrivalMs + BLOCK_MS;
    }
    if (this.#transitMs < this.#least) this.#least = this.#transitMs;
    const late = this.#transitMs - Math.min(this.#least, this.#leastBefore) > PLAYOUT_MS;
    if (late) this.#late++;
    return late;
  }

  /** Late packets so far. */
  get late(): number {
    return this.#late;
  }
}
