import type { JsonValue } from '../ledger/canonical-json.ts';
import type { ReportPeriod, ReportSection } from '../policy/report-periods.ts';
import type { SectionRow } from './compliance-reports.ts';
import type { Finding } from './findings.ts';

/** What people read of each section first; their order is that of the report. */
export const SECTION_TITLES: Readonly<Record<ReportSection, string>> = {
  consent: 'Consent',
  media: 'Integrity of what is stored',
  calls: 'Calls against call records',
  holds: 'Holds',
  retention: 'Retention',
  disposals: 'Disposals',
  requests: 'Requests of people',
  incidents: 'Incidents',
  access: 'Access',
  keys: 'Keys',
  ledger: 'Ledger',
  configuration: 'Rules and configuration',
};

/** A section as the report has it. `not-checked` is said with its reason, never left out. */
export interface ReportedSection {
  readonly name: ReportSection;
  readonly title: string;
  readonly state: 'passed' | 'findings' | 'not-checked';
  readonly counts: Readonly<Record<string, number>>;
  readonly statements: readonly string[];
  readonly notChecked: readonly string[];
  /** Open findings of the section, the worst first; at most 200 stand here, `openFindings` counts all. */
  readonly findings: readonly ReportedFinding[];
  readonly openFindings: number;
}

/** A finding as the report has it; people by id only. */
export interface ReportedFinding {
  readonly id: string;
  readonly kind: string;
  readonly severity: string;
  readonly subject: { readonly type: string; readonly id: string };
  readonly statement: string;
  readonly foundAt: string;
  readonly dueAt: string;
  readonly incident: string | null;
}

/** What became of a finding of the report before. */
export interface EarlierFinding {
  readonly id: string;
  readonly section: string;
  readonly kind: string;
  readonly state: string;
  readonly foundAt: string;
  readonly endedAt: string | null;
}

/** The whole report. */
export interface ReportDocument {
  readonly format: 'holdfast-compliance-report/1';
  readonly id: string;
  readonly log: string;
  readonly period: ReportPeriod;
  readonly cause: string;
  readonly madeAt: string;
  readonly software: string;
  readonly summary: {
    readonly passed: number;
    readonly findings: number;
    readonly notChecked: number;
    readonly openFindings: number;
    readonly critical: number;
  };
  readonly sections: readonly ReportedSection[];
  readonly earlier: readonly EarlierFinding[];
}

/** What a report is put together from. */
export interface ReportContent {
  readonly id: string;
  readonly log: string;
  readonly period: ReportPeriod;
  readonly cause: string;
  readonly madeAt: string;
  readonly software: string;
  readonly sections: readonly SectionRow[];
  /** Those that are open. */
  readonly findings: readonly Finding[];
  readonly earlier: readonly Finding[];
}

const LISTED = 200;
const WORST_FIRST = ['critical', 'major', 'minor'];

/** Puts a report together. Every section is in it, also one that was never begun. Pure. */
export function reportDocument(content: ReportContent): ReportDocument {
  const { id, log, period, cause, madeAt, software, findings, earlier } = content;
  const sections = (Object.keys(SECTION_TITLES) as ReportSection[]).map((name) =>
    section(
      name,
      content.sections.find((row) => row.name === name),
      findings.filter((one) => one.section === name),
    ),
  );
  const count = (state: ReportedSection['state']): number =>
    sections.filter((one) => one.state === state).length;
  return {
    format: 'holdfast-compliance-report/1',
    id,
    log,
    period,
    cause,
    madeAt,
    software,
    summary: {
      passed: count('passed'),
      findings: count('findings'),
      notChecked: count('not-checked'),
      openFindings: findings.length,
      critical: findings.filter(({ severity }) => severity === 'critical').length,
    },
    sections,
    earlier: earlier.map((one) => ({
      id: one.id,
      section: one.section,
      kind: one.kind,
      state: one.state,
      foundAt: one.foundAt,
      endedAt: one.endedAt,
    })),
  };
}

function section(
  name: ReportSection,
  row: SectionRow | undefined,
  open: readonly Finding[],
): ReportedSection {
  const notChecked = row === undefined ? ['The section was not begun.'] : row.notChecked;
  const sorted = [...open].sort(
    (a, b) => WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity) || (a.id < b.id ? -1 : 1),
  );
  return {
    name,
    title: SECTION_TITLES[name],
    state: open.length > 0 ? 'findings' : notChecked.length > 0 ? 'not-checked' : 'passed',
    counts: row?.counts ?? {},
    statements: row?.statements ?? [],
    notChecked,
    findings: sorted.slice(0, LISTED).map((one) => ({
      id: one.id,
      kind: one.kind,
      severity: one.severity,
      subject: { type: one.subjectType, id: one.subjectId },
      statement: one.statement,
      foundAt: one.foundAt,
      dueAt: one.dueAt,
      incident: one.incidentId,
    })),
    openFindings: open.length,
  };
}

/** The same as a value of JSON, for its canonical form. */
export function asJson(document: ReportDocument): JsonValue {
  return document as unknown as JsonValue;
}
