import { z } from 'zod';
import { FINDING_SEVERITIES } from '../../../recorder-core/policy/finding-terms.ts';
import { REPORT_SECTIONS } from '../../../recorder-core/policy/report-periods.ts';
import { id, instant, reason } from './primitives.ts';

export const findingState = z.enum(['open', 'healed', 'settled']);
export type FindingState = z.infer<typeof findingState>;

/** A finding as lists show it. */
export const finding = z.object({
  id,
  section: z.string(),
  kind: z.string(),
  severity: z.enum(FINDING_SEVERITIES),
  subjectType: z.string(),
  subjectId: z.string(),
  statement: z.string(),
  state: findingState,
  owner: z.string().nullable().describe('Null: whoever is compliance officer.'),
  foundAt: instant,
  seenAt: instant.describe('When a check met it last.'),
  dueAt: instant,
  endedAt: instant.nullable(),
  endReason: z.string().nullable(),
  incidentId: id.nullable(),
});
export type FindingItem = z.infer<typeof finding>;

/** Findings as far as the caller may see what they are about. */
export const findingList = z.object({
  items: z.array(finding),
  withheld: z.int().describe('How many further ones are about recordings that the caller may not see.'),
});

/** A report as lists show it. */
export const reportSummary = z.object({
  id,
  period: z.object({ name: z.string(), from: instant, to: instant }),
  cause: z.enum(['quarterly', 'asked']),
  state: z.enum(['asked', 'making', 'sealed', 'failed', 'expired']),
  askedAt: instant,
  endedAt: instant.nullable(),
  reason: z.string().nullable().describe('Why it failed.'),
  tally: z.record(z.string(), z.number()).describe('Figures of a sealed report; empty before.'),
  keepUntil: instant.nullable(),
  jsonSha256: z.string().nullable(),
  pdfSha256: z.string().nullable(),
});
export type ReportSummary = z.infer<typeof reportSummary>;

/** One section, as it stands or as it was sealed. */
export const reportSection = z.object({
  name: z.enum(REPORT_SECTIONS),
  title: z.string(),
  state: z.enum(['waiting', 'running', 'passed', 'findings', 'not-checked']),
  counts: z.record(z.string(), z.number()),
  statements: z.array(z.string()),
  notChecked: z.array(z.string()).describe('What could not be checked, and why.'),
  findings: z.array(
    z.object({
      id,
      kind: z.string(),
      severity: z.string(),
      subject: z.object({ type: z.string(), id: z.string() }),
      statement: z.string(),
      foundAt: instant,
      dueAt: instant,
      incident: id.nullable(),
    }),
  ),
  openFindings: z.int(),
});
export type ReportSectionItem = z.infer<typeof reportSection>;

/** A report with its sections and what became of earlier findings. */
export const reportDetail = reportSummary.extend({
  sections: z.array(reportSection),
  earlier: z.array(
    z.object({
      id,
      section: z.string(),
      kind: z.string(),
      state: z.string(),
      foundAt: instant,
      endedAt: instant.nullable(),
    }),
  ),
});
export type ReportDetail = z.infer<typeof reportDetail>;

/** The time that a report is asked for. */
export const reportWish = z.strictObject({
  from: z.iso.datetime().describe('First instant, RFC 3339 in UTC.'),
  to: z.iso.datetime().describe('First instant after it; it must be past.'),
});

/** Why a finding is ended by hand. */
export const findingReason = z.strictObject({ reason });

/** A call of a telephone system, with what became of it. */
export const callRecord = z.object({
  id,
  source: z.string(),
  startedAt: instant,
  durationMs: z.int().nullable(),
  answered: z.boolean(),
  direction: z.enum(['inbound', 'outbound', 'internal', 'unknown']),
  fromLast: z.string().nullable().describe('The last digits of the caller; no more is kept.'),
  toLast: z.string().nullable(),
  outcome: z.enum(['pending', 'recorded', 'explained', 'missing']),
  reason: z.string().nullable(),
  recordingId: id.nullable(),
});
export type CallRecordItem = z.infer<typeof callRecord>;

/** One comparison of calls with recordings. */
export const reconciliation = z.object({
  id,
  from: instant,
  to: instant,
  cause: z.string(),
  begunAt: instant,
  endedAt: instant.nullable(),
  doneTo: instant,
  tally: z.record(z.string(), z.number()),
});

/** One reading of an export of a telephone system. */
export const callRecordImport = z.object({
  id,
  source: z.string(),
  origin: z.enum(['file', 'api', 'event']),
  state: z.enum(['running', 'done', 'repeated', 'failed']),
  importedBy: id.nullable(),
  begunAt: instant,
  endedAt: instant.nullable(),
  sha256: z.string().nullable(),
  reason: z.string().nullable(),
  bytes: z.int(),
  lines: z.int(),
  added: z.int(),
  changed: z.int(),
  known: z.int(),
  skipped: z.int(),
  refused: z.int(),
  firstStart: instant.nullable(),
  lastStart: instant.nullable(),
  refusals: z.array(z.object({ line: z.int(), reason: z.string() })),
});

/** How the comparison stands: sources, imports, comparisons, calls of the last 90 days by outcome. */
export const callsOverview = z.object({
  sources: z.array(z.object({ name: z.string(), changedAt: instant })),
  imports: z.array(callRecordImport),
  reconciliations: z.array(reconciliation),
  tally: z.array(
    z.object({ outcome: callRecord.shape.outcome, reason: z.string().nullable(), calls: z.int() }),
  ),
});
export type CallsOverview = z.infer<typeof callsOverview>;
