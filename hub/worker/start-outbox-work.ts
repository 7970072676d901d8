import type { Client } from '@temporalio/client';
import type { Database } from '../../recorder-core/records/database.ts';
import type { OutboxMessage, OutboxPayloads, OutboxTopic } from '../../recorder-core/records/outbox.ts';
import { readRecording } from '../../recorder-core/records/recordings.ts';
import { resumeTrace } from '../observability/tracing.ts';
import { consumeApproval } from './approval-consumers.ts';
import { endApprovalRun, startApproval } from './start-approval.ts';
import { startConsentChange } from './start-consent-change.ts';
import { startConnectionComparison } from './start-connection-comparison.ts';
import { tellDeliveryRun } from './start-delivery-run.ts';
import { endRevokedExport, startExport } from './start-export.ts';
import { tellLegalHold } from './start-legal-hold.ts';
import { startHoldSpread } from './start-hold-spread.ts';
import { tellRecordingCut } from './start-recording-cut.ts';
import { startPartDisposal } from './start-part-disposal.ts';
import { tellIncident } from './start-incident.ts';
import { advanceSubjectRequest } from './start-subject-request.ts';
import type { StartWork } from './outbox-dispatcher.ts';
import { startRoleChange, touchRoleChange } from './start-role-change.ts';
import { startCallReconciliation, startComplianceAudit } from './start-compliance.ts';
import { startRecordingLifecycle } from './start-recording-lifecycle.ts';
import { startBulkRedelivery, startRedelivery } from './start-redelivery.ts';

/** What consumers work with. */
export interface OutboxWork {
  readonly client: Client;
  readonly db: Database;
  /** Has an event of another system processed; needs no Temporal, so that it happens also while that is away. */
  readonly processEvent: (ref: { readonly tenantId: string; readonly eventId: string }) => Promise<void>;
  /** Takes the next step of removing a connection; announces the one after it. */
  readonly continueRemoval: (tenantId: string, step: OutboxPayloads['connection.removed']) => Promise<void>;
}

/** What a message makes happen; harmless when it happens twice. */
type Consumer<T extends OutboxTopic> = (work: OutboxWork, message: OutboxMessage<T>) => Promise<void>;

/** The one consumer of each topic. */
const CONSUMERS: { readonly [T in OutboxTopic]: Consumer<T> } = {
  'recording.sealed': async ({ client, db }, { tenantId, payload: { recordingId } }) => {
    const recording = await db.forTenant(tenantId, (tx) => readRecording(tx, recordingId));
    if (recording === undefined) return; // the row and its message are one transaction, so there is nothing to do
    await startRecordingLifecycle(client, { tenantId, recordingId, spoolNode: recording.spoolNode });
  },
  'recording.changed': ({ client }, { tenantId, id, payload: { recordingId } }) =>
    startRedelivery(client, { tenantId, recordingId }, id),
  'recordings.changed': ({ client }, { tenantId, id, payload: { recordingIds } }) =>
    startBulkRedelivery(client, { tenantId, recordingIds }, id),
  'deliveries.queued': ({ client }, { tenantId, payload }) =>
    tellDeliveryRun(client, { tenantId, ...payload }),
  'connection.removed': ({ continueRemoval }, { tenantId, payload }) => continueRemoval(tenantId, payload),
  'comparison.asked': ({ client }, { tenantId, payload: { comparisonId } }) =>
    startConnectionComparison(client, { tenantId, comparisonId }),
  'matter.changed': ({ client }, { tenantId, payload: { matterId } }) =>
    tellLegalHold(client, { tenantId, matterId }),
  'hold.changed': ({ client }, { tenantId, payload: { spreadId } }) =>
    startHoldSpread(client, { tenantId, spreadId }),
  'cut.changed': ({ client }, { tenantId, payload: { cutId } }) =>
    tellRecordingCut(client, { tenantId, cutId }),
  'parts.condemned': ({ client }, { tenantId, payload: { disposalId } }) =>
    startPartDisposal(client, { tenantId, disposalId }),
  'consent.changed': ({ client }, { tenantId, payload: { changeId } }) =>
    startConsentChange(client, { tenantId, changeId }),
  'request.changed': ({ client }, { tenantId, payload: { requestId } }) =>
    advanceSubjectRequest(client, { tenantId, requestId }),
  'export.approved': ({ client }, { tenantId, payload: { exportId } }) =>
    startExport(client, { tenantId, exportId }),
  'export.revoked': ({ client }, { tenantId, payload: { exportId } }) =>
    endRevokedExport(client, { tenantId, exportId }),
  'calls.to-compare': ({ client }, { tenantId, payload: { reconciliationId } }) =>
    startCallReconciliation(client, { tenantId, reconciliationId }),
  'report.asked': ({ client }, { tenantId, payload }) =>
    startComplianceAudit(client, { tenantId, ...payload }),
  'event.received': ({ processEvent }, { tenantId, payload: { eventId } }) =>
    processEvent({ tenantId, eventId }),
  'incident.changed': ({ client }, { tenantId, payload: { incidentId } }) =>
    tellIncident(client, { tenantId, incidentId }),
  'role-change.asked': ({ client }, { tenantId, payload: { changeId } }) =>
    startRoleChange(client, { tenantId, changeId }),
  'role-change.withdrawn': ({ client }, { payload }) => touchRoleChange(client, payload),
  'approval.asked': ({ client }, { tenantId, payload: { approvalId } }) =>
    startApproval(client, { tenantId, approvalId }),
  'approval.ended': async ({ client, db }, { tenantId, payload }) => {
    await endApprovalRun(client, payload);
    await consumeApproval(client, { ...payload, tenantId }, db);
  },
};

/** Turns each message of the outbox into the workflow that does its work, inside the trace of the act that wrote it. */
export function startOutboxWork(work: OutboxWork): StartWork {
  return (message) =>
    resumeTrace(message.trace, () => {
      const consume = CONSUMERS[message.topic] as Consumer<OutboxTopic>;
      return consume(work, message);
    });
}
