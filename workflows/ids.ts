import type { DisposalRef, RecordingRef } from '../activities/contract.ts';

/**
 * Workflow ids are natural keys: starting the same work twice meets the first
 * run instead of doubling it. They are visible to whoever can list workflows,
 * so they hold ids and nothing else.
 */

/** The one lifecycle of a recording. */
export function recordingWorkflowId({ tenantId, recordingId }: RecordingRef): string {
  return `recording/${tenantId}/${recordingId}`;
}

/** One attempt to dispose of a recording; a recording that was spared and falls due again gets the next epoch. */
export function disposalWorkflowId({ recordingId, policyEpoch }: DisposalRef): string {
  return `disposal/${recordingId}/${policyEpoch}`;
}

/** The sweep of one partition; its Schedule has the same id, and the server appends the time of each run. */
export function retentionSweepId(partition: number): string {
  return `retention-sweep/${partition}`;
}

/** Word of one change of a recording; the outbox message that announced it is its natural key. */
export function redeliveryWorkflowId(messageId: string): string {
  return `redelivery/${messageId}`;
}
