import { randomUUID } from 'node:crypto';
import { ScriptedActivities } from '../scripted-activities.ts';
import type { ActivityCall } from './activity-call.ts';

/** A workflow, begun with what every workflow may ask for: ids of its own. */
export interface WorkflowLife {
  readonly workflow: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const IDS = [
  'approvalId',
  'changeId',
  'comparisonId',
  'connectionId',
  'cutId',
  'disposalId',
  'endpointId',
  'exportId',
  'incidentId',
  'matterId',
  'reconciliationId',
  'recordingId',
  'reportId',
  'requestId',
  'spreadId',
  'subjectId',
] as const;

/** Those whose activities answer from a script; the five of a recording's own life run real ones. */
const SCRIPTED = [
  'approval',
  'callReconciliation',
  'comparisonRound',
  'complianceAudit',
  'complianceRound',
  'connectionComparison',
  'consentChange',
  'deliverySweep',
  'evidenceExport',
  'holdSpread',
  'incident',
  'keyPeriodClose',
  'legalHold',
  'objectStoreProbe',
  'partDisposal',
  'policyChange',
  'recordingCut',
  'roleChange',
  'streamRead',
  'streamRound',
  'subjectRequest',
  'webhookSending',
] as const;

/** One life of each, with new ids. */
export function scriptedLives(): WorkflowLife[] {
  return SCRIPTED.map((workflow) => ({
    workflow,
    input: {
      ...Object.fromEntries(IDS.map((name) => [name, randomUUID()])),
      ...{ tenantId: randomUUID(), lane: 'live', stream: 'calls', kind: 'policy', limit: 100, settleMs: 10 },
    },
  }));
}

/** Answers of the script, which takes each workflow through all its steps; `isDone` says what a workflow has behind it. */
export function scriptedAnswers(
  isDone: (workflowId: string, step: string) => boolean,
): (call: ActivityCall) => Promise<unknown> {
  const usual = Object.assign({}, ...Object.values(new ScriptedActivities().byKind)) as Record<
    string,
    (input: unknown) => Promise<unknown>
  >;
  const special: Readonly<Record<string, (call: ActivityCall) => object>> = {
    advanceRequest: ({ workflowId }) => requestAt(workflowId, isDone),
    advanceCut: ({ workflowId }) =>
      isDone(workflowId, 'deriveCut')
        ? { state: 'cut', over: true, work: 'wait', nextAt: null }
        : { state: 'approved', over: false, work: 'derive', nextAt: null },
    advanceMatter: () => ({
      over: true,
      nextAt: null,
      due: [{ noticeId: 'n', step: 'first', connectionId: 'c' }],
    }),
    advanceIncident: ({ workflowId }) => ({
      over: true,
      nextAt: null,
      tickets: isDone(workflowId, 'sendTicket') ? [] : ['tickets'],
    }),
    applyConsentPage: ({ input }) => {
      const { after } = input as { after: string | null };
      return { next: after === null ? 'page-2' : null, applied: 1 };
    },
    recomputeDates: ({ input }) => {
      const { after } = input as { after: string | null };
      return { decided: 2, moved: 1, last: 'page-1', more: after === null };
    },
    applyRoleChange: () => ({ state: 'applied', effectiveAt: '2026-01-01T00:00:00.000Z', accessEnds: true }),
    makeExport: () => ({ ready: true, expiresAt: new Date().toISOString() }),
    probeStore: () => ({ verdict: 'no-lock' }),
  };
  return async (call) => special[call.name]?.(call) ?? usual[call.name]?.(call.input);
}

function requestAt(workflowId: string, isDone: (workflowId: string, step: string) => boolean): object {
  const waiting = { over: false, waitingFor: null, nextAt: null };
  if (!isDone(workflowId, 'discoverRequest')) return { ...waiting, state: 'verified', work: 'discover' };
  if (!isDone(workflowId, 'answerRequest')) return { ...waiting, state: 'review', work: 'fulfil' };
  return { over: true, state: 'answered', work: 'wait', waitingFor: null, nextAt: null };
}
