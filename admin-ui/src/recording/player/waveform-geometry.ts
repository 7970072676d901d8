/** From peaks to shapes, and between places on the waveform and moments of the recording. */

/** Greatest magnitude of a peak as the API states it. */
const FULL_SCALE = 128;
/** What silence is drawn with, so that the line of time stays visible. */
const LEAST_HEIGHT = 0.03;

/**
 * Loudness of each of `bars` even steps, 0 to 1: the greatest swing of the peaks that fall into the step. With fewer
 * peaks than bars, neighbours share one.
 *
 * @param peaks min and max in turn, -128 to 127
 * @param gain as `drawingGain` gives it
 */
export function barHeights(peaks: readonly number[], bars: number, gain = 1): number[] {
  const buckets = Math.floor(peaks.length / 2);
  if (buckets === 0 || bars <= 0) return [];
  return Array.from({ length: bars }, (_, bar) => {
    const first = Math.min(Math.floor((bar * buckets) / bars), buckets - 1);
    const last = Math.max(first + 1, Math.ceil(((bar + 1) * buckets) / bars));
    const swings = peaks.slice(first * 2, last * 2).map(Math.abs);
    return Math.min(1, (Math.max(0, ...swings) * gain) / FULL_SCALE);
  });
}

/** Quiet calls are drawn larger, but noise is not made to look like speech. */
const MOST_GAIN = 8;

/** By how much to enlarge all waveforms of a recording alike, so that its loudest moment fills the lane. */
export function drawingGain(channels: readonly (readonly number[])[]): number {
  const loudest = channels.flat().reduce((most, peak) => Math.max(most, Math.abs(peak)), 0);
  return loudest === 0 ? 1 : Math.min(MOST_GAIN, FULL_SCALE / loudest);
}

/** An SVG path of upright bars, centred in a box of the given height; one unit of x is one bar with its gap. */
export function barPath(heights: readonly number[], boxHeight: number): string {
  const middle = boxHeight / 2;
  return heights
    .map((height, bar) => {
      const half = Math.max(height, LEAST_HEIGHT) * middle * 0.94;
      return `M${String(bar + 0.5)} ${fixed(middle - half)}V${fixed(middle + half)}`;
    })
    .join('');
}

/** How many bars of `pitch` pixels fit, at least one. */
export function barsThatFit(widthPx: number, pitch: number): number {
  return Math.max(1, Math.floor(widthPx / pitch));
}

/** The moment under a place: seconds for a pointer at `x` in a stage that begins at `left` and is `width` wide. */
export function secondsAt(x: number, left: number, width: number, durationSeconds: number): number {
  if (width <= 0) return 0;
  return Math.min(1, Math.max(0, (x - left) / width)) * durationSeconds;
}

/** Played share of the recording, 0 to 1. */
export function playedShare(seconds: number, durationSeconds: number): number {
  if (durationSeconds <= 0) return 0;
  return Math.min(1, Math.max(0, seconds / durationSeconds));
}

const STEPS_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200];

/** Moments for the ruler, in seconds: round steps from 0, at most `most` of them, never at the very end. */
export function rulerMarks(durationSeconds: number, most: number): number[] {
  if (durationSeconds <= 0 || most < 1) return [];
  const step =
    STEPS_SECONDS.find((each) => durationSeconds / each <= most) ?? Math.ceil(durationSeconds / most);
  return Array.from({ length: Math.ceil(durationSeconds / step) }, (_, mark) => mark * step);
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}
