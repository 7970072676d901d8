/** Interarrival jitter of one source (RFC 3550 section 6.4.1 and A.8). */

/** Running estimate; one instance per SSRC. */
export class JitterMeter {
  #clockRate = 0;
  #lastArrivalMs = 0;
  #lastTimestamp = 0;
  #jitterMs = 0;

  /** Takes one packet in order of arrival. A change of clock rate begins anew, for the two clocks cannot be compared. */
  update(arrivalMs: number, timestamp: number, clockRate: number): void {
    if (clockRate === this.#clockRate) {
      const mediaMs = (((timestamp - this.#lastTimestamp) | 0) * 1000) / clockRate;
      const deviation = Math.abs(arrivalMs - this.#lastArrivalMs - mediaMs);
      this.#jitterMs += (deviation - this.#jitterMs) / 16;
    }
    this.#clockRate = clockRate;
    this.#lastArrivalMs = arrivalMs;
    this.#lastTimestamp = timestamp;
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
