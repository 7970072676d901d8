/** Interarrival jitter of one source (RFC 3550 section 6.4.1 and A.8). */

/** Running estimate; one instance per SSRC. */
export class JitterMeter {
  #clockRate = 0;
  #lastArrivalMs = 0;
  #lastTimestamp = 0;
  #jitterMs = 0;

  /**
   * Takes one packet in order of arrival and gives how much longer than the packet before it was under way, in
   * milliseconds: the D of RFC 3550; 0 for the first. A change of clock rate begins anew, for the two clocks cannot be
   * compared.
   */
  update(arrivalMs: number, timestamp: number, clockRate: number): number {
    let longer = 0;
    if (clockRate === this.#clockRate) {
      const mediaMs = (((timestamp - this.#lastTimestamp) | 0) * 1000) / clockRate;
      longer = arrivalMs - this.#lastArrivalMs - mediaMs;
      this.#jitterMs += (Math.abs(longer) - this.#jitterMs) / 16;
    }
    this.#clockRate = clockRate;
    this.#lastArrivalMs = arrivalMs;
    this.#lastTimestamp = timestamp;
    return longer;
  }

  /** In milliseconds. */
  get milliseconds(): number {
    return this.#jitterMs;
  }

  /** In units of the RTP clock, as a reception report carries it. */
  get clockUnits(): number {
    return Math.round((this.#jitterMs * this.#clockRate) / 1000);
  }
}
