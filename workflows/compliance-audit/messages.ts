import type { ReportRef } from '../../activities/compliance-contract.ts';

/** Starts the making of one report that was asked for. Only optional fields may be added. */
export type ComplianceAuditInput = ReportRef;

/** How it went; the row and the sealed report have the rest. */
export interface ComplianceAuditResult {
  readonly state: string;
  /** Sections that were given up, each with its reason in the report. */
  readonly skipped: number;
}
