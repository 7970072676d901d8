import type { JsonValue } from '../../recorder-core/ledger/canonical-json.ts';
import type { ReportPeriod } from '../../recorder-core/policy/report-periods.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import type { NewFinding } from '../../recorder-core/records/findings.ts';
import { FIRST_ID } from '../../recorder-core/records/ids.ts';
import type { PartAccess } from '../../recorder-core/records/open-part.ts';
import type { RulePacks } from '../../recorder-core/records/rule-packs.ts';
import type { LedgerKeys } from '../../recorder-core/records/signing-keys.ts';

/** What a section works with. */
export interface Audit extends PartAccess {
  readonly db: Database;
  readonly packs: RulePacks;
  readonly ledgerKeys: LedgerKeys;
  readonly tenantId: string;
  readonly reportId: string;
  readonly period: ReportPeriod;
  /** Decides the sample, hexadecimal. */
  readonly seed: string;
  readonly now: Date;
}

/** What one step of a section found. Counts are added up; what is said twice is said once. */
export interface SectionStep {
  /** Where the next step goes on; null at the end. A section begins with null. */
  readonly cursor: JsonValue;
  readonly counts?: Readonly<Record<string, number>>;
  readonly findings?: readonly Omit<NewFinding, 'section'>[];
  readonly statements?: readonly string[];
  /** What could not be checked, and why. */
  readonly notChecked?: readonly string[];
  /** Subjects that were looked into and are in order: what was found of them before is healed. */
  readonly inOrder?: readonly string[];
}

/** One section of the report, in steps of a few seconds, so that a killed worker loses no more than that. */
export interface AuditSection {
  /** True where a run looks at everything that its findings can be about, so that what it does not meet has healed. */
  readonly looksAtAll: boolean;
  readonly step: (audit: Audit, cursor: JsonValue) => Promise<SectionStep>;
}

/** The cursor as the id that a page goes on after; the smallest id before the first page. */
export function afterId(cursor: JsonValue): string {
  return typeof cursor === 'string' ? cursor : FIRST_ID;
}

/** The cursor after a page: the last id of a full one, else the end. */
export function pageEnd(rows: readonly { readonly id: string }[], limit: number): string | null {
  return rows.length < limit ? null : (rows.at(-1)?.id ?? null);
}

/** A finding about a recording. */
export function onRecording(
  id: string,
  kind: string,
  severity: NewFinding['severity'],
  statement: string,
): Omit<NewFinding, 'section'> {
  return { key: `${kind}/${id}`, kind, severity, subject: { type: 'recording', id }, statement };
}

/** How often each value comes, under a prefix. */
export function tallyBy<T>(items: readonly T[], nameOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1;
  return counts;
}
