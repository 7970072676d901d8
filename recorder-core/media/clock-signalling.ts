/**
 * RTP clock source signalling (RFC 7273): an SDP may say which clock the RTP timestamps follow and where that clock
 * stood at zero. Then a timestamp alone tells the time, and two streams of one clock align to the sample.
 */
import { z } from 'zod';

/** The schema behind `SignalledClock`, for formats that store one. */
export const signalledClockSchema = z.strictObject({
  /** The reference clock in the SDP's own words (`ts-refclk`); equal text is the same clock. */
  reference: z.string().min(1).max(256),
  /** RTP timestamp at the reference clock's zero (`mediaclk:direct`). */
  offset: z.int().min(0).max(0xffffffff),
  /** Factor on the nominal RTP clock, 1 unless a `rate` was given. */
  rate: z.number().min(0.5).max(2),
});

/** A media clock that follows a reference clock directly. Plain data. */
export type SignalledClock = z.infer<typeof signalledClockSchema>;

const REFERENCE = /^(ntp|ptp|gps|gal|glonass|local|localmac|private)(=\S{1,200}|:\S{1,200})?$/i;
const DIRECT = /^(?:id=\S+ )?direct=(\d{1,10})(?: rate=(\d{1,9})\/(\d{1,9}))?$/i;

/**
 * Reads the values of the two SDP attributes, those of the media line before those of the session. `undefined` for a
 * clock that is not direct (`sender`, IEEE 1722), without an offset, or not to be read; never throws.
 */
export function parseClockSignalling(tsRefclk: string, mediaclk: string): SignalledClock | undefined {
  const reference = tsRefclk.trim();
  const direct = DIRECT.exec(mediaclk.trim());
  if (direct === null || !REFERENCE.test(reference)) return undefined;
  const rate = direct[2] === undefined ? 1 : Number(direct[2]) / Number(direct[3]);
  const clock = signalledClockSchema.safeParse({ reference, offset: Number(direct[1]), rate });
  return clock.success ? clock.data : undefined;
}
