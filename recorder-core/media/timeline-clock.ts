/** The unit of the timeline and the conversions into it. */

/** One tick is 1/48,000 s: every common RTP clock and every millisecond is a whole number of ticks. */
export const TICKS_PER_SECOND = 48_000;
export const TICKS_PER_MS = TICKS_PER_SECOND / 1000;
/** Anchors are rounded to 1/8000 s, so that 8 kHz audio falls on whole samples. */
export const TICKS_PER_8K_SAMPLE = TICKS_PER_SECOND / 8000;

/** Rounds to the grid of 8 kHz samples. */
export function toSampleGrid(ticks: number): number {
  return Math.round(ticks / TICKS_PER_8K_SAMPLE) * TICKS_PER_8K_SAMPLE;
}
