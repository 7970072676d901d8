import { defineWorkflowOptions, proxyActivities } from '@temporalio/workflow';
import type { ComplianceActivities } from '../../activities/compliance-contract.ts';
import { AUDIT_SECTION } from '../activity-options.ts';
import type { CallReconciliationInput } from './messages.ts';

const { reconcileCalls } = proxyActivities<ComplianceActivities>(AUDIT_SECTION);

/** Compares the calls of one closed window with what was recorded; the row says how far it has come. */
export async function callReconciliation(input: CallReconciliationInput): Promise<{
  readonly missing: number;
  readonly unlisted: number;
}> {
  return reconcileCalls({ tenantId: input.tenantId, reconciliationId: input.reconciliationId });
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(callReconciliation, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
