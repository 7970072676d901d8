import type { ConnectorActivities, TicketActivities, WebhookActivities } from './connector-contract.ts';
import type {
  ApprovalActivities,
  ComplianceActivities,
  ConsentActivities,
  CutActivities,
  CutMakingActivities,
  HoldActivities,
  IncidentActivities,
  PeopleActivities,
  RequestActivities,
  PolicyActivities,
} from './compliance-contract.ts';
import type {
  ExportActivities,
  ExportMakingActivities,
  KeyActivities,
  LifecycleActivities,
  MediaActivities,
  PartDisposalActivities,
  SpoolActivities,
  StoreActivities,
} from './contract.ts';
import { advanceApproval } from './approvals/advance-approval.ts';
import { auditSection, skipSection } from './compliance/audit-section.ts';
import type { ComplianceDependencies } from './compliance/compliance-dependencies.ts';
import { reconcileCalls } from './compliance/reconcile-calls.ts';
import { runComplianceRound } from './compliance/run-round.ts';
import { failReport, sealReport } from './compliance/seal-report.ts';
import { consentActivities } from './consent/consent-activities.ts';
import { advanceCut } from './cuts/advance-cut.ts';
import { deriveCut } from './cuts/derive-cut.ts';
import { compareConnection } from './comparisons/compare-connection.ts';
import { deliverRecording } from './connectors/deliver-recording.ts';
import { withdrawRecording } from './connectors/withdraw-recording.ts';
import { deliverDue } from './deliveries/deliver-due.ts';
import { findDueQueues } from './deliveries/find-due-queues.ts';
import { queueRecording, queueRecordings } from './deliveries/queue-recording.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { endExport } from './exports/end-export.ts';
import type { ExportDependencies } from './exports/export-dependencies.ts';
import { makeExport } from './exports/make-export.ts';
import { advanceMatter } from './holds/advance-matter.ts';
import { sendNotice } from './holds/send-notice.ts';
import { spreadHold } from './holds/spread-hold.ts';
import { advanceIncident } from './incidents/advance-incident.ts';
import { freezeEvidence } from './incidents/freeze-evidence.ts';
import { sendTicket } from './incidents/send-ticket.ts';
import { keyActivities } from './keys/key-activities.ts';
import { certifyDisposal } from './lifecycle/certify-disposal.ts';
import { claimDue } from './lifecycle/claim-due.ts';
import { confirmDisposal } from './lifecycle/confirm-disposal.ts';
import { destroyKeys } from './lifecycle/destroy-keys.ts';
import { destroyObjects } from './lifecycle/destroy-objects.ts';
import { evictKeys } from './lifecycle/evict-keys.ts';
import { listDeliveries } from './lifecycle/list-deliveries.ts';
import { retainRecording } from './lifecycle/retain-recording.ts';
import { writeTombstone } from './lifecycle/write-tombstone.ts';
import { enrichRecording } from './media/enrich-recording.ts';
import { buryParts } from './parts/bury-parts.ts';
import { certifyParts } from './parts/certify-parts.ts';
import { destroyPartObjects } from './parts/destroy-part-objects.ts';
import { destroyParts } from './parts/destroy-parts.ts';
import { evictParts } from './parts/evict-parts.ts';
import { advanceRequest } from './requests/advance-request.ts';
import { answerRequest } from './requests/answer-request.ts';
import { discoverRequest } from './requests/discover-request.ts';
import { fulfilRequest } from './requests/fulfil-request.ts';
import { policyActivities } from './policy/policy-activities.ts';
import { storeParts } from './spool/store-parts.ts';
import { applyRoleChange } from './people/apply-role-change.ts';
import { settleLeaver } from './people/settle-leaver.ts';
import { askDueComparisons } from './comparisons/ask-due-comparisons.ts';
import { findDueStreams } from './streams/find-due-streams.ts';
import { readStream } from './streams/read-stream.ts';
import { lockManyObjects, lockObjects } from './stores/lock-objects.ts';
import { probeStore } from './stores/probe-store.ts';
import { tidyStore } from './stores/tidy-store.ts';
import { sendWebhooks } from './webhooks/send-webhooks.ts';
import type { WebhookDependencies } from './webhooks/webhook-dependencies.ts';

/** The activities of each task queue, bound to their dependencies. */
export interface Activities {
  readonly spool: SpoolActivities;
  readonly media: MediaActivities & ExportMakingActivities & CutMakingActivities;
  readonly lifecycle: LifecycleActivities &
    RequestActivities &
    PartDisposalActivities &
    CutActivities &
    KeyActivities &
    ExportActivities &
    StoreActivities &
    ApprovalActivities &
    HoldActivities &
    IncidentActivities &
    PeopleActivities &
    ComplianceActivities &
    ConsentActivities &
    PolicyActivities;
  readonly connectors: ConnectorActivities & TicketActivities & WebhookActivities;
}

/** Binds every activity; the only list of them. */
export function makeActivities(
  deps: ActivityDependencies & ExportDependencies & ComplianceDependencies & WebhookDependencies,
): Activities {
  return {
    spool: { storeParts: storeParts(deps) },
    media: mediaActivities(deps),
    lifecycle: {
      ...deliveryActivities(deps),
      retainRecording: retainRecording(deps),
      ...consentActivities(deps),
      claimDue: claimDue(deps),
      confirmDisposal: confirmDisposal(deps),
      writeTombstone: writeTombstone(deps),
      evictKeys: evictKeys(deps),
      destroyKeys: destroyKeys(deps),
      destroyObjects: destroyObjects(deps),
      certifyDisposal: certifyDisposal(deps),
      endExport: endExport(deps),
      ...requestActivities(deps),
      ...keyActivities(deps),
      lockObjects: lockObjects(deps),
      lockManyObjects: lockManyObjects(deps),
      probeStore: probeStore(deps),
      tidyStore: tidyStore(deps),
      reconcileCalls: reconcileCalls(deps),
      runComplianceRound: runComplianceRound(deps),
      auditSection: auditSection(deps),
      skipSection: skipSection(deps),
      sealReport: sealReport(deps),
      failReport: failReport(deps),
      advanceApproval: advanceApproval(deps),
      ...holdActivities(deps),
      advanceIncident: advanceIncident(deps),
      ...policyActivities(deps),
      freezeEvidence: freezeEvidence(deps),
      applyRoleChange: applyRoleChange(deps),
      settleLeaver: settleLeaver(deps),
    },
    connectors: {
      compareConnection: compareConnection(deps),
      deliverDue: deliverDue(deps),
      readStream: readStream(deps),
      deliverRecording: deliverRecording(deps),
      withdrawRecording: withdrawRecording(deps),
      sendTicket: sendTicket(deps),
      sendNotice: sendNotice(deps),
      sendWebhooks: sendWebhooks(deps),
    },
  };
}

function mediaActivities(deps: ActivityDependencies & ExportDependencies): Activities['media'] {
  return {
    enrichRecording: enrichRecording(deps),
    makeExport: makeExport(deps),
    deriveCut: deriveCut(deps),
  };
}

/** Requests of people, cuts, and the destruction of parts that they and others order. */
function requestActivities(
  deps: ActivityDependencies & ExportDependencies,
): RequestActivities & PartDisposalActivities & CutActivities {
  return {
    advanceRequest: advanceRequest(deps),
    discoverRequest: discoverRequest(deps),
    fulfilRequest: fulfilRequest(deps),
    answerRequest: answerRequest(deps),
    advanceCut: advanceCut(deps),
    buryParts: buryParts(deps),
    evictParts: evictParts(deps),
    destroyParts: destroyParts(deps),
    destroyPartObjects: destroyPartObjects(deps),
    certifyParts: certifyParts(deps),
  };
}

function deliveryActivities(
  deps: ActivityDependencies,
): Pick<
  LifecycleActivities,
  | 'listDeliveries'
  | 'queueRecording'
  | 'queueRecordings'
  | 'findDueQueues'
  | 'findDueStreams'
  | 'askDueComparisons'
> {
  return {
    listDeliveries: listDeliveries(deps),
    queueRecording: queueRecording(deps),
    queueRecordings: queueRecordings(deps),
    findDueQueues: findDueQueues(deps),
    findDueStreams: findDueStreams(deps),
    askDueComparisons: askDueComparisons(deps),
  };
}

function holdActivities(deps: ActivityDependencies): HoldActivities {
  return { advanceMatter: advanceMatter(deps), spreadHold: spreadHold(deps) };
}
