import { backfills } from './routes/deliveries/backfills.ts';
import { deadLetters } from './routes/deliveries/dead-letters.ts';
import { deliveries } from './routes/deliveries/deliveries.ts';
import type { Endpoint } from './endpoint.ts';
import { accessPolicies } from './routes/access-policies/access-policies.ts';
import { roles } from './routes/access-policies/roles.ts';
import { whyCannotI } from './routes/access-policies/why.ts';
import { oneApproval } from './routes/approvals/decide-approval.ts';
import { people } from './routes/people/people.ts';
import { identityProviders } from './routes/identity-providers/identity-providers.ts';
import { roleRules } from './routes/identity-providers/role-rules.ts';
import { roleMappings } from './routes/people/role-mappings.ts';
import { delegations } from './routes/approvals/delegations.ts';
import { changingGrants } from './routes/grants/change-grants.ts';
import { readingGrants } from './routes/grants/read-grants.ts';
import { listApprovals, listWaitingApprovals } from './routes/approvals/list-approvals.ts';
import { listCertificates, listDisposalRuns, readDisposalRun } from './routes/disposals/list-disposals.ts';
import { readCertificate } from './routes/disposals/read-certificate.ts';
import { planDisposals } from './routes/disposals/plan-disposals.ts';
import {
  askConsentChangeRoute,
  listConsentChangesRoute,
  readConsentChangeRoute,
} from './routes/consent/consent-changes.ts';
import { noteLiveCallConsent, noteRecordingConsent } from './routes/consent/note-consent.ts';
import { readConsent } from './routes/consent/read-consent.ts';
import { askConnection } from './routes/connections/ask-connection.ts';
import { comparisons } from './routes/connections/comparisons.ts';
import { configurationHistory } from './routes/system/configuration-history.ts';
import { configurationFiles } from './routes/connections/configuration-files.ts';
import { connectionCredentials } from './routes/connections/connection-credentials.ts';
import { connectionLife } from './routes/connections/connection-life.ts';
import { connectionStreams } from './routes/connections/connection-streams.ts';
import { connections } from './routes/connections/connections.ts';
import { connectorCatalogue } from './routes/connections/connectors.ts';
import { authenticators } from './routes/authenticators/authenticators.ts';
import { stepUp } from './routes/step-up/step-up.ts';
import { directoryEndpoints } from './routes/events/directories.ts';
import { hrMappings } from './routes/events/hr-mapping.ts';
import { events } from './routes/events/read-events.ts';
import { accessLog } from './routes/access-log/access-log.ts';
import { accessAlerts } from './routes/access-alerts/access-alerts.ts';
import { mailRoutes } from './routes/mail/mail-routes.ts';
import { webhookEndpoints } from './routes/webhooks/endpoints.ts';
import { webhookMessages } from './routes/webhooks/messages.ts';
import { listExports } from './routes/exports/list-exports.ts';
import { makeLink } from './routes/exports/make-link.ts';
import { readExport } from './routes/exports/read-export.ts';
import { requestExport } from './routes/exports/request-export.ts';
import { revokeExport } from './routes/exports/revoke-export.ts';
import { readHomeRoute } from './routes/home/read-home.ts';
import { listHolds } from './routes/holds/list-holds.ts';
import { placeHold } from './routes/holds/place-hold.ts';
import { previewHold } from './routes/holds/preview-hold.ts';
import { notifyCustodian } from './routes/matters/notify-custodian.ts';
import { openMatter, reviewMatter, takeOverMatter } from './routes/matters/open-matter.ts';
import { listMatters, readMatter } from './routes/matters/read-matters.ts';
import { planRelease, releaseHold, releaseMatter, takeBack } from './routes/matters/release-matter.ts';
import { handleIncidents, reportIncident } from './routes/incidents/handle-incidents.ts';
import { listIncidents, readIncident } from './routes/incidents/read-incidents.ts';
import { clearAlarmsRoute, listAlarms } from './routes/ledger/ledger-alarms.ts';
import { readConsistency } from './routes/ledger/read-consistency.ts';
import { askAnchor, readHistory } from './routes/ledger/read-history.ts';
import { listSigningKeys, rotateKey } from './routes/ledger/signing-keys.ts';
import { searchLeaves } from './routes/ledger/search-leaves.ts';
import { incidentLevels } from './routes/incidents/incident-levels.ts';
import { controlCalls } from './routes/live/control-calls.ts';
import { tellCircumstance } from './routes/live/tell-circumstance.ts';
import { drainRecorders } from './routes/live/drain-recorders.ts';
import { listAlerts } from './routes/live/list-alerts.ts';
import { listLiveCalls } from './routes/live/list-live-calls.ts';
import { listRecorders } from './routes/live/list-recorders.ts';
import { readCommand } from './routes/live/read-command.ts';
import { ownPolicy } from './routes/policy/own-policy.ts';
import { policyPacks } from './routes/policy/packs.ts';
import { reportFacts } from './routes/policy/report-facts.ts';
import { simulate } from './routes/policy/simulate.ts';
import { countRecordings } from './routes/recordings/count-recordings.ts';
import { recordingCuts } from './routes/recordings/cuts.ts';
import { listRecordings } from './routes/recordings/list-recordings.ts';
import { markRecording } from './routes/recordings/mark-recording.ts';
import { readCustody } from './routes/recordings/read-custody.ts';
import { readLineage } from './routes/recordings/read-lineage.ts';
import { readRecording } from './routes/recordings/read-recording.ts';
import { readTimeline } from './routes/recordings/read-timeline.ts';
import { readWaveform } from './routes/recordings/read-waveform.ts';
import { callRecords } from './routes/reports/call-records.ts';
import { findings } from './routes/reports/findings.ts';
import { reports } from './routes/reports/reports.ts';
import { subjectRequests } from './routes/requests/requests.ts';
import { localAccounts } from './routes/session/local-accounts.ts';
import { searchRecordings } from './routes/search/search-recordings.ts';
import { sessionLists } from './routes/session/session-list.ts';
import { serviceAccounts } from './routes/services/service-accounts.ts';
import { readKeys } from './routes/system/read-keys.ts';
import { savedViews } from './routes/views/saved-views.ts';
import { sizeStorage } from './routes/system/size-storage.ts';
import { storage } from './routes/system/storage.ts';
import { readObjectStore } from './routes/system/read-object-store.ts';

/** Every JSON endpoint of the API; a new one is a file and a line here. */
export const ENDPOINTS: readonly Endpoint[] = [
  readHomeRoute,
  listRecordings,
  countRecordings,
  readRecording,
  readWaveform,
  readTimeline,
  markRecording,
  ...recordingCuts,
  readCustody,
  readLineage,
  readConsent,
  noteLiveCallConsent,
  noteRecordingConsent,
  askConsentChangeRoute,
  listConsentChangesRoute,
  readConsentChangeRoute,
  listHolds,
  placeHold,
  previewHold,
  releaseHold,
  listMatters,
  openMatter,
  readMatter,
  reviewMatter,
  takeOverMatter,
  planRelease,
  releaseMatter,
  takeBack,
  notifyCustodian,
  listRecorders,
  ...drainRecorders,
  listLiveCalls,
  ...controlCalls,
  tellCircumstance,
  ...incidentLevels,
  readCommand,
  listAlerts,
  readObjectStore,
  readKeys,
  ...storage,
  sizeStorage,
  listExports,
  requestExport,
  readExport,
  revokeExport,
  ...subjectRequests,
  makeLink,
  planDisposals,
  listDisposalRuns,
  readDisposalRun,
  readCertificate,
  listCertificates,
  ...reports,
  ...findings,
  ...callRecords,
  listWaitingApprovals,
  listApprovals,
  ...oneApproval,
  ...delegations,
  ...readingGrants,
  ...changingGrants,
  ...people,
  ...roleMappings,
  ...identityProviders,
  ...roleRules,
  ...policyPacks,
  ...ownPolicy,
  ...accessPolicies,
  roles,
  whyCannotI,
  simulate,
  ...reportFacts,
  listIncidents,
  readIncident,
  reportIncident,
  ...handleIncidents,
  ...connectorCatalogue,
  ...connections,
  ...configurationFiles,
  ...configurationHistory,
  ...connectionLife,
  ...connectionCredentials,
  ...connectionStreams,
  ...askConnection,
  ...comparisons,
  searchRecordings,
  ...deliveries,
  ...deadLetters,
  ...backfills,
  ...events,
  ...hrMappings,
  ...directoryEndpoints,
  ...webhookEndpoints,
  ...webhookMessages,
  ...accessAlerts,
  ...serviceAccounts,
  ...sessionLists,
  ...savedViews,
  ...authenticators,
  ...stepUp,
  ...localAccounts,
  ...mailRoutes,
  searchLeaves,
  accessLog,
  readHistory,
  readConsistency,
  askAnchor,
  listSigningKeys,
  rotateKey,
  listAlarms,
  clearAlarmsRoute,
];
