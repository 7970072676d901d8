/**
 * Moves the place of a party's sound towards where its clock wants it, so that nobody hears it: in silence as far as
 * needed, in speech only once the error is worth it, in a small step, and seldom.
 */
import { TICKS_PER_MS, TICKS_PER_SECOND, toSampleGrid } from './timeline-clock.ts';

/** Within this nothing is done to running speech; two channels that each keep it stay well within 20 ms. */
const TOLERANCE = 4 * TICKS_PER_MS;
const LARGEST_STEP = 10 * TICKS_PER_MS;
const STEP_EVERY = TICKS_PER_SECOND;
/** A shorter gap is the rounding of a clock, or a step of our own, and no pause of the speaker. */
const SHORTEST_SILENCE = 10 * TICKS_PER_MS;

/** Offsets are wall clock minus media time, in ticks, and fall on whole 8 kHz samples. */
export class OffsetSlew {
  #offset = 0;
  #lastStep = -Infinity;

  get offset(): number {
    return this.#offset;
  }

  /** At the beginning of a stretch there is nothing to keep. */
  set(wanted: number): void {
    this.#offset = toSampleGrid(wanted);
    this.#lastStep = -Infinity;
  }

  /**
   * Before a packet at `media` that follows `silence` ticks in which nobody spoke (0 in running speech and after loss,
   * whose length is exact). True when running speech was parted.
   */
  approach(wanted: number, media: number, silence: number): boolean {
    const error = toSampleGrid(wanted - this.#offset);
    if (silence >= SHORTEST_SILENCE) {
      this.#offset += Math.max(error, -toSampleGrid(silence));
      return false;
    }
    if (Math.abs(error) <= TOLERANCE || media - this.#lastStep < STEP_EVERY) return false;
    this.#lastStep = media;
    this.#offset += Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, error));
    return error > 0;
  }
}
