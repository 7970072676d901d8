/** How soon a finding has to be dealt with. Pure. */

/** How bad a finding is, from mild to worst. */
export const FINDING_SEVERITIES = ['minor', 'major', 'critical'] as const;
export type FindingSeverity = (typeof FINDING_SEVERITIES)[number];

const DAY_MS = 86_400_000;
const DAYS: Readonly<Record<FindingSeverity, number>> = { critical: 1, major: 7, minor: 30 };

/** When a finding of this severity is due: a day, a week, 30 days after it was found. RFC 3339. */
export function findingDueAt(severity: FindingSeverity, foundAtMs: number): string {
  return new Date(foundAtMs + DAYS[severity] * DAY_MS).toISOString();
}

/** The worst of some severities; undefined of none. */
export function worstOf(severities: readonly FindingSeverity[]): FindingSeverity | undefined {
  return FINDING_SEVERITIES.findLast((one) => severities.includes(one));
}
