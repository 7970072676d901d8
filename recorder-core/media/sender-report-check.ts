/** Is what a sender report says of the sender's clock fit to be used? (RFC 3550 section 6.4.1) */

/** One sender report as a point: the sender's wall clock against its RTP clock. Milliseconds. */
export interface ClockPoint {
  /** The sender's wall clock, milliseconds since 1970. */
  readonly ntpMs: number;
  /** RTP time without wraps, from any one zero. */
  readonly mediaMs: number;
  /** Our wall clock when the report came. */
  readonly arrivalMs: number;
}

/** `off`: more than a day from our clock, as a device that has lost the date; `jump`: not the same clock as before. */
export type ClockDoubt = 'off' | 'jump';

const NTP_EPOCH_TO_UNIX_S = 2_208_988_800;
const FARTHEST_MS = 86_400_000;
/** Senders read the two clocks some milliseconds apart, and some in whole 10 ms. */
const READING_MS = 50;
/** No two crystals differ by more; a wrong RTP rate differs by far more. */
const FASTEST_DRIFT = 0.001;

/** NTP's seconds since 1900 and fraction of 1/2^32 s, as milliseconds since 1970. */
export function ntpToUnixMs(seconds: number, fraction: number): number {
  return (seconds - NTP_EPOCH_TO_UNIX_S) * 1000 + fraction / 4_294_967.296;
}

/** Judges a report by our own clock and by the report before it, which may be one that was itself in doubt. */
export function doubtOf(point: ClockPoint, before: ClockPoint | undefined): ClockDoubt | undefined {
  if (Math.abs(point.ntpMs - point.arrivalMs) > FARTHEST_MS) return 'off';
  if (before === undefined) return undefined;
  const ntp = point.ntpMs - before.ntpMs;
  const media = point.mediaMs - before.mediaMs;
  return Math.abs(ntp - media) > READING_MS + FASTEST_DRIFT * Math.abs(media) ? 'jump' : undefined;
}
