import { defineWorkflowOptions, isCancellation, log, proxyActivities } from '@temporalio/workflow';
import type { ComplianceActivities } from '../../activities/compliance-contract.ts';
import { REPORT_SECTIONS } from '../../recorder-core/policy/report-periods.ts';
import { AUDIT_SECTION, DATABASE, SEAL_REPORT } from '../activity-options.ts';
import type { ComplianceAuditInput, ComplianceAuditResult } from './messages.ts';

const { auditSection } = proxyActivities<ComplianceActivities>(AUDIT_SECTION);
const { sealReport } = proxyActivities<ComplianceActivities>(SEAL_REPORT);
const { skipSection, failReport } = proxyActivities<ComplianceActivities>(DATABASE);

/**
 * Makes one compliance report: section by section, each from where a killed worker left it, then seals it. A section that
 * cannot be finished is in the report as one that could not be checked; the report never waits for it for ever, and never
 * keeps silent about it.
 */
export async function complianceAudit(input: ComplianceAuditInput): Promise<ComplianceAuditResult> {
  const ref = { tenantId: input.tenantId, reportId: input.reportId };
  let skipped = 0;
  for (const section of REPORT_SECTIONS) {
    try {
      await auditSection({ ...ref, section });
    } catch (error) {
      if (isCancellation(error)) throw error;
      log.warn('a section could not be finished', { ...ref, section });
      skipped += 1;
      const why = 'It could not be finished in the time it had; the log of the worker says why.';
      await skipSection({ ...ref, section, why });
    }
  }
  try {
    const { state } = await sealReport(ref);
    return { state, skipped };
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('a report could not be sealed', ref);
    await failReport({
      ...ref,
      why: 'It could not be sealed in the time it had; the log of the worker says why. Ask for the report again.',
    });
    return { state: 'failed', skipped };
  }
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(complianceAudit, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
