/** Quarters, samples and the sections of compliance reports. Pure. */

/** What a report looks into, in its order. */
export const REPORT_SECTIONS = [
  'consent',
  'media',
  'calls',
  'holds',
  'retention',
  'disposals',
  'requests',
  'incidents',
  'access',
  'keys',
  'ledger',
  'configuration',
] as const;
export type ReportSection = (typeof REPORT_SECTIONS)[number];

/** A closed time that a report is about: from its first instant to before its last. RFC 3339 in UTC. */
export interface ReportPeriod {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** Days after the end of a quarter in which late call records and recordings still come in. */
const SETTLING_DAYS = 3;
const DAY_MS = 86_400_000;

/** The calendar quarter (UTC) before the one that an instant lies in. */
export function quarterBefore(atMs: number): ReportPeriod {
  const at = new Date(atMs);
  const number = at.getUTCFullYear() * 4 + Math.floor(at.getUTCMonth() / 3) - 1;
  const start = (quarter: number): number => Date.UTC(Math.floor(quarter / 4), (quarter % 4) * 3, 1);
  return {
    name: `${Math.floor(number / 4)}-Q${(number % 4) + 1}`,
    from: new Date(start(number)).toISOString(),
    to: new Date(start(number + 1)).toISOString(),
  };
}

/**
 * The quarters that should have a report by now and have none, oldest first: at most the last four, from the one in which
 * the tenant began, each three days after its end.
 */
export function dueQuarters(atMs: number, tenantSinceMs: number, made: readonly string[]): ReportPeriod[] {
  const due: ReportPeriod[] = [];
  let quarter = quarterBefore(atMs - SETTLING_DAYS * DAY_MS);
  for (let back = 0; back < 4 && Date.parse(quarter.to) > tenantSinceMs; back += 1) {
    if (!made.includes(quarter.name)) due.unshift(quarter);
    quarter = quarterBefore(Date.parse(quarter.from));
  }
  return due;
}

/** A random sample: with this confidence, if at least this part of all were damaged, one of them is in it. */
export interface SamplePlan {
  readonly size: number;
  readonly population: number;
  readonly confidence: number;
  readonly rate: number;
}

/**
 * How many of `population` to draw, so that damage of at least `rate` of them is met with `confidence`. Counts as drawn
 * with replacement, which asks for a few more than are needed.
 */
export function planSample(population: number, confidence = 0.99, rate = 0.01): SamplePlan {
  const size = Math.min(population, Math.ceil(Math.log(1 - confidence) / Math.log(1 - rate)));
  return { size, population, confidence, rate };
}
