import type { z } from 'zod';
import { SECTION_TITLES, type ReportDocument } from '../../../../recorder-core/records/report-document.ts';
import { REPORT_SECTIONS } from '../../../../recorder-core/policy/report-periods.ts';
import type { ComplianceReport, SectionRow } from '../../../../recorder-core/records/compliance-reports.ts';
import type { reportDetail, reportSection, reportSummary } from '../../schemas/report.ts';

/** A report as lists show it. */
export function presentReport(report: ComplianceReport): z.input<typeof reportSummary> {
  const { id, period, cause, state, askedAt, endedAt, reason, tally, keepUntil, files } = report;
  return {
    id,
    period,
    cause,
    state,
    askedAt,
    endedAt,
    reason,
    tally,
    keepUntil,
    jsonSha256: files?.jsonSha256 ?? null,
    pdfSha256: files?.pdfSha256 ?? null,
  };
}

/** A report that is made, failed or gone: its sections as far as they have come. */
export function presentProgress(
  report: ComplianceReport,
  rows: readonly SectionRow[],
): z.input<typeof reportDetail> {
  const sections = REPORT_SECTIONS.map((name): z.input<typeof reportSection> => {
    const row = rows.find((one) => one.name === name);
    return {
      name,
      title: SECTION_TITLES[name],
      state: row?.state ?? 'waiting',
      counts: row?.counts ?? {},
      statements: [...(row?.statements ?? [])],
      notChecked: [...(row?.notChecked ?? [])],
      findings: [],
      openFindings: 0,
    };
  });
  return { ...presentReport(report), sections, earlier: [] };
}

/** A sealed report, as it was signed. */
export function presentSealed(
  report: ComplianceReport,
  { sections, earlier }: ReportDocument,
): z.input<typeof reportDetail> {
  return {
    ...presentReport(report),
    sections: sections.map((one) => ({
      ...one,
      statements: [...one.statements],
      notChecked: [...one.notChecked],
      findings: [...one.findings],
    })),
    earlier: [...earlier],
  };
}
