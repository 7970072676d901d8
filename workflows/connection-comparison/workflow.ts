import { defineWorkflowOptions, proxyActivities } from '@temporalio/workflow';
import type { ComparisonRef, ConnectorActivities } from '../../activities/connector-contract.ts';
import { COMPARE } from '../activity-options.ts';

const { compareConnection } = proxyActivities<ConnectorActivities>(COMPARE);

/** Holds what one connected system has against what it is to have; the row says what was asked and what was found. */
export async function connectionComparison({
  tenantId,
  comparisonId,
}: ComparisonRef): Promise<{ readonly differences: number }> {
  return compareConnection({ tenantId, comparisonId });
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(connectionComparison, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
