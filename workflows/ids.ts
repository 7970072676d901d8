import type { ComparisonRef, WebhookEndpointRef } from '../activities/connector-contract.ts';
import type {
  ApprovalRef,
  ConsentChangeRef,
  CutRef,
  HoldSpreadRef,
  IncidentRef,
  MatterRef,
  ReconciliationRef,
  RoleChangeRef,
  SubjectRequestRef,
} from '../activities/compliance-contract.ts';
import type {
  DeliveryQueueRef,
  DisposalRef,
  ExportRef,
  PartDisposalRef,
  RecordingRef,
  StreamRef,
} from '../activities/contract.ts';

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

/** One order to destroy parts of a recording. */
export function partDisposalWorkflowId({ disposalId }: Pick<PartDisposalRef, 'disposalId'>): string {
  return `part-disposal/${disposalId}`;
}

/** The one work on a span that is cut out of a recording. */
export function cutWorkflowId({ cutId }: Pick<CutRef, 'cutId'>): string {
  return `cut/${cutId}`;
}

/** The one work on a request of a person. */
export function subjectRequestWorkflowId({ requestId }: Pick<SubjectRequestRef, 'requestId'>): string {
  return `request/${requestId}`;
}

/** The sweep of one partition; its Schedule has the same id, and the server appends the time of each run. */
export function retentionSweepId(partition: number): string {
  return `retention-sweep/${partition}`;
}

/** Word of one change of a recording; the outbox message that announced it is its natural key. */
export function redeliveryWorkflowId(messageId: string): string {
  return `redelivery/${messageId}`;
}

/** The same of many recordings that one act has changed. */
export function bulkRedeliveryId(messageId: string): string {
  return `bulk-redelivery/${messageId}`;
}

/** The one run of a comparison. */
export function connectionComparisonId({ comparisonId }: Pick<ComparisonRef, 'comparisonId'>): string {
  return `connection-comparison/${comparisonId}`;
}

/** The one run on a queue of deliveries. */
export function deliveryRunId({
  connectionId,
  lane,
}: Pick<DeliveryQueueRef, 'connectionId' | 'lane'>): string {
  return `delivery/${connectionId}/${lane}`;
}

/** The search for queues in which something is due; its Schedule has the same id, and the server appends the time of each run. */
export function deliverySweepId(partition: number): string {
  return `delivery-sweep/${partition}`;
}

/** The one reading of a stream at a time. */
export function streamReadId({ connectionId, stream }: Pick<StreamRef, 'connectionId' | 'stream'>): string {
  return `stream-read/${connectionId}/${stream}`;
}

/** The search for connections whose comparison is due; its Schedule has the same id, and the server appends the time of each run. */
export function comparisonRoundId(partition: number): string {
  return `comparison-round/${partition}`;
}

/** The search for streams that are due; its Schedule has the same id, and the server appends the time of each run. */
export function streamRoundId(partition: number): string {
  return `stream-round/${partition}`;
}

/** The one making of an export, and its removal. */
export function exportWorkflowId({ exportId }: Pick<ExportRef, 'exportId'>): string {
  return `export/${exportId}`;
}

/** The carrying out of one change of consent. */
export function consentChangeWorkflowId({ changeId }: Pick<ConsentChangeRef, 'changeId'>): string {
  return `consent/${changeId}`;
}

/** The wait for the answer of a second person. */
export function approvalWorkflowId({ approvalId }: Pick<ApprovalRef, 'approvalId'>): string {
  return `approval/${approvalId}`;
}

/** The one run that follows a matter. */
export function matterWorkflowId({ matterId }: Pick<MatterRef, 'matterId'>): string {
  return `matter/${matterId}`;
}

/** Word of one change of a hold by query. */
export function holdSpreadWorkflowId({ spreadId }: Pick<HoldSpreadRef, 'spreadId'>): string {
  return `hold-spread/${spreadId}`;
}

/** One change of a person's place. */
export function roleChangeWorkflowId({ changeId }: Pick<RoleChangeRef, 'changeId'>): string {
  return `role-change/${changeId}`;
}

/** The making of one report: a quarter has one for ever, one that a person asks for has a period of its own. */
export function complianceAuditId({ tenantId, period }: { tenantId: string; period: string }): string {
  return `compliance-audit/${tenantId}/${period}`;
}

/** One comparison of calls that was asked for. */
export function callReconciliationId({
  reconciliationId,
}: Pick<ReconciliationRef, 'reconciliationId'>): string {
  return `call-reconciliation/${reconciliationId}`;
}

/** The coming into force of the rules of one approval. */
export function policyChangeId({ approvalId }: Pick<ApprovalRef, 'approvalId'>): string {
  return `policy-change/${approvalId}`;
}

/** The closing of a period of keys; its Schedule has the same id, and the server appends the time of each run. */
export function keyPeriodCloseId(partition: number): string {
  return `key-period-close/${partition}`;
}

/** The probe that a start of a worker asks for; the Schedule's own is `object-store-probe/0`. */
export function objectStoreProbeId(which: number | 'start'): string {
  return `object-store-probe/${which}`;
}

/** The one watch over an incident. */
export function incidentWorkflowId({ incidentId }: Pick<IncidentRef, 'incidentId'>): string {
  return `incident/${incidentId}`;
}

/** The sending of what one endpoint of webhooks is owed. */
export function webhookSendingId({ endpointId }: Pick<WebhookEndpointRef, 'endpointId'>): string {
  return `webhook/${endpointId}`;
}
