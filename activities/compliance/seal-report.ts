import { createHash } from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { asJson, reportDocument, type ReportDocument } from '../../recorder-core/records/report-document.ts';
import { reportPdf } from '../../recorder-core/evidence/report-pdf.ts';
import { canonicalBytes } from '../../recorder-core/ledger/canonical-json.ts';
import { reportDigest, signReport } from '../../recorder-core/ledger/report-note.ts';
import { noteSigner } from '../../recorder-core/ledger/signed-note.ts';
import { addPeriod } from '../../recorder-core/policy/calendar.ts';
import { wishForAnchor } from '../../recorder-core/records/anchors.ts';
import {
  endReport,
  findingsOfReportBefore,
  keepReportFindings,
  listSections,
  lockReport,
  readReport,
  type ComplianceReport,
} from '../../recorder-core/records/compliance-reports.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { listFindings } from '../../recorder-core/records/findings.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { logOrigin } from '../../recorder-core/records/log-origin.ts';
import {
  enterKek,
  storeReportFiles,
  type StoredReportFiles,
} from '../../recorder-core/records/report-files.ts';
import { signingKeyAt } from '../../recorder-core/records/signing-keys.ts';
import { readTenantRegion } from '../../recorder-core/records/tenants.ts';
import type { ComplianceActivities } from '../compliance-contract.ts';
import type { ComplianceDependencies } from './compliance-dependencies.ts';

/** For how long a report is kept: the longest that a supervisor asks back for (SEC 17a-4: six years), and one year more. */
const KEEP = 'P7Y';
/** More open findings than anyone works through; the sections count no further. */
const MOST_FINDINGS = 20_000;

/**
 * See `ComplianceActivities.sealReport`. Files are stored encrypted under keys of this attempt first; the row names them only
 * in the transaction that has the signature and the leaf, so that an attempt that is killed leaves objects nobody can open.
 */
export function sealReport(deps: ComplianceDependencies): ComplianceActivities['sealReport'] {
  return async ({ tenantId, reportId }) => {
    const at = deps.now();
    const gathered = await deps.db.forTenant(tenantId, async (tx) => {
      const report = requireReport(await readReport(tx, reportId));
      return {
        report,
        region: await readTenantRegion(tx),
        document: await gather(tx, deps, tenantId, report, at),
      };
    });
    const { report, document, region } = gathered;
    if (report.state !== 'asked' && report.state !== 'making') return { state: report.state };
    const jsonSha256 = reportDigest(asJson(document));
    const pdf = await reportPdf(document, jsonSha256);
    const pdfSha256 = createHash('sha256').update(pdf).digest('hex');
    const stored = await storeReportFiles(
      deps,
      { tenantId, region, id: reportId },
      { json: canonicalBytes(asJson(document)), pdf },
    );
    const made = { document, stored, jsonSha256, pdfSha256 };
    return deps.db.forTenant(tenantId, (tx) => seal(tx, deps, tenantId, made, at));
  };
}

interface MadeReport {
  readonly document: ReportDocument;
  readonly stored: StoredReportFiles;
  readonly jsonSha256: string;
  readonly pdfSha256: string;
}

async function seal(
  tx: Tx,
  { compliance }: ComplianceDependencies,
  tenantId: string,
  { document, stored, jsonSha256, pdfSha256 }: MadeReport,
  at: Date,
): Promise<{ state: string }> {
  const { id: reportId, madeAt, summary, period } = document;
  const { state } = requireReport(await lockReport(tx, reportId));
  if (state !== 'asked' && state !== 'making') return { state };
  const origin = logOrigin(tenantId);
  const { privateKey } = await signingKeyAt(tx, tenantId, compliance.ledgerKeys, at);
  const note = signReport(
    { origin, reportId, madeAt, jsonSha256, pdfSha256 },
    noteSigner(origin, privateKey),
  );
  await enterKek(tx, tenantId, stored);
  const { kek, ...files } = stored;
  await keepReportFindings(tx, tenantId, reportId);
  await endReport(tx, reportId, {
    at,
    files: { ...files, kekId: kek.id, note, jsonSha256, pdfSha256 },
    tally: summary,
    keepUntil: new Date(addPeriod(at.getTime(), KEEP, 'UTC')),
  });
  await appendLeaf(tx, tenantId, {
    at,
    act: 'report.sealed',
    object: { type: 'report', id: reportId },
    outcome: summary.critical > 0 ? 'critical' : summary.openFindings > 0 ? 'findings' : 'done',
    facts: { period: period.name, ...summary },
    digests: { jsonSha256, pdfSha256 },
  });
  await wishForAnchor(tx, tenantId, at);
  return { state: 'sealed' };
}

/** See `ComplianceActivities.failReport`. */
export function failReport(deps: ComplianceDependencies): ComplianceActivities['failReport'] {
  return async ({ tenantId, reportId, why }) => {
    await deps.db.forTenant(tenantId, async (tx) => {
      const report = await lockReport(tx, reportId);
      if (report === undefined || (report.state !== 'asked' && report.state !== 'making')) return;
      const at = deps.now();
      await endReport(tx, reportId, { at, reason: why });
      const object = { type: 'report', id: reportId };
      await appendLeaf(tx, tenantId, { at, act: 'report.failed', object, outcome: 'failed' });
    });
  };
}

async function gather(
  tx: Tx,
  { compliance: { software } }: ComplianceDependencies,
  tenantId: string,
  { id, period, cause }: ComplianceReport,
  at: Date,
): Promise<ReportDocument> {
  return reportDocument({
    id,
    log: logOrigin(tenantId),
    period,
    cause,
    madeAt: at.toISOString(),
    software,
    sections: await listSections(tx, id),
    findings: await listFindings(tx, { state: 'open', limit: MOST_FINDINGS }),
    earlier: await listFindings(tx, { ids: await findingsOfReportBefore(tx, id), limit: MOST_FINDINGS }),
  });
}

function requireReport(report: ComplianceReport | undefined): ComplianceReport {
  if (report !== undefined) return report;
  throw new HoldfastError('not_found', 'The report is not in the database.');
}
