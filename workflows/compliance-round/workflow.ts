import { defineWorkflowOptions, proxyActivities } from '@temporalio/workflow';
import type { ComplianceActivities } from '../../activities/compliance-contract.ts';
import { COMPLIANCE_ROUND } from '../activity-options.ts';

const { runComplianceRound } = proxyActivities<ComplianceActivities>(COMPLIANCE_ROUND);

/** Every night: asks for the comparison of the last days' calls and for reports of quarters that are over, and tidies up. */
export async function complianceRound(): Promise<{ readonly reports: number }> {
  return runComplianceRound({});
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(complianceRound, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
