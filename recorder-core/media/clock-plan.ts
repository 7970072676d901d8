/** Where the stretches of one party stand on the wall clock: small, derived from the log, and kept or made again at will. */
import { z } from 'zod';

/** What the clock was read from, best first: RFC 7273 signalling, RTCP sender reports, arrival alone. */
const references = z.enum(['signalled', 'sender-reports', 'arrival']);
export type ClockReference = z.infer<typeof references>;

/**
 * What was found wrong and not used. `off`: sender reports more than a day from our clock; `jump`: reports that do not
 * tell one evenly running clock; `disagrees`: the stated clock contradicts the arrivals by more than a network can.
 */
const troubles = z.enum(['off', 'jump', 'disagrees']);
export type ClockTrouble = z.infer<typeof troubles>;

/** The schema behind `ClockPlan`, for whoever stores one. */
export const clockPlanSchema = z.strictObject({
  version: z.literal(1),
  /** The best that was used for any stretch. */
  reference: references,
  troubles: z.array(troubles).max(3),
  /**
   * By stretch: points of media time and of wall clock minus media time, in ticks of 1/48,000 s from the log's start,
   * rising in media time; in between the offset changes evenly, outside it stays. An empty list leaves it to arrival.
   */
  stretches: z.array(z.array(z.tuple([z.number(), z.number()]))),
});
export type ClockPlan = z.infer<typeof clockPlanSchema>;

/** A stored plan, or `undefined` where there is none that this release reads: then arrival decides. */
export function readClockPlan(stored: unknown): ClockPlan | undefined {
  return clockPlanSchema.safeParse(stored).data;
}

/** A point of a plan: media time, offset. */
export type PlanPoint = readonly [media: number, offset: number];

/** The offset for a media time, or `undefined` where the plan says nothing. */
export function plannedOffset(plan: ClockPlan, stretch: number, media: number): number | undefined {
  return interpolate(plan.stretches[stretch] ?? [], media);
}

/** Value at `x` on a line through points that rise in x; outside them that of the nearest. */
export function interpolate(points: readonly PlanPoint[], x: number): number | undefined {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((points[middle]?.[0] ?? Infinity) <= x) low = middle;
    else high = middle - 1;
  }
  const from = points[low];
  const to = points[low + 1];
  if (from === undefined) return undefined;
  if (to === undefined || x <= from[0]) return from[1];
  return from[1] + ((to[1] - from[1]) * (x - from[0])) / (to[0] - from[0]);
}
