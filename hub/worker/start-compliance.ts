import type { Client } from '@temporalio/client';
import type { ReconciliationRef, ReportRef } from '../../activities/compliance-contract.ts';
import type { callReconciliation } from '../../workflows/call-reconciliation/workflow.ts';
import type { complianceAudit } from '../../workflows/compliance-audit/workflow.ts';
import { callReconciliationId, complianceAuditId } from '../../workflows/ids.ts';
import { startRun } from './start-run.ts';

/** Starts the making of a report that was asked for; one that runs or has ended well is left alone. */
export function startComplianceAudit(
  client: Client,
  ref: ReportRef & { readonly period: string },
): Promise<void> {
  const { tenantId, reportId } = ref;
  return startRun<typeof complianceAudit>(client, 'complianceAudit', {
    workflowId: complianceAuditId(ref),
    input: { tenantId, reportId },
  });
}

/** Starts a comparison that was asked for; one that runs or has ended well is left alone. */
export function startCallReconciliation(client: Client, ref: ReconciliationRef): Promise<void> {
  return startRun<typeof callReconciliation>(client, 'callReconciliation', {
    workflowId: callReconciliationId(ref),
    input: ref,
  });
}
