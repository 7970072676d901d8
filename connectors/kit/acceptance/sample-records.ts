import type { IncidentTicket, RecordingDocument, RecordingWithdrawal } from '../record.ts';

/** Personal data that stands in every sample and must be seen in no log, error or trace. */
export const PERSONAL_CANARIES = ['Canary Quillfeather', 'sip:canary.quill@example.test'] as const;

/** The id of sample number `n`, the same in every run. */
export function sampleId(n: number): string {
  return `0190c0de-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** A complete recording; everything that is not given has a fixed value. */
export function sampleRecording(
  tenantId: string,
  n: number,
  more: Partial<RecordingDocument> = {},
): RecordingDocument {
  return {
    kind: 'recording',
    schemaVersion: 1,
    id: sampleId(n),
    tenantId,
    revision: 1,
    startedAt: '2026-03-01T09:00:00.000Z',
    endedAt: '2026-03-01T09:01:30.000Z',
    durationMs: 90_000,
    parties: [
      { name: PERSONAL_CANARIES[0], address: PERSONAL_CANARIES[1] },
      { name: null, address: 'tel:+15550100' },
    ],
    state: 'retained',
    held: false,
    retainUntil: '2033-03-01T09:01:30.000Z',
    consentOutcome: 'record',
    region: 'eu',
    link: 'https://holdfast.example/recordings/1',
    callId: 'call-1@example.test',
    ...more,
  };
}

/** The wish to delete sample number `n`, as of a revision after every upsert of the suite. */
export function sampleWithdrawal(
  tenantId: string,
  n: number,
  more: Partial<RecordingWithdrawal> = {},
): RecordingWithdrawal {
  return {
    kind: 'withdrawal',
    schemaVersion: 1,
    id: sampleId(n),
    tenantId,
    revision: 100,
    held: false,
    ...more,
  };
}

/** A complete ticket; everything that is not given has a fixed value. */
export function sampleTicket(
  tenantId: string,
  n: number,
  more: Partial<IncidentTicket> = {},
): IncidentTicket {
  return {
    kind: 'ticket',
    schemaVersion: 1,
    id: sampleId(n),
    tenantId,
    revision: 1,
    state: 'open',
    severity: 'high',
    incidentKind: 'ledger',
    title: `The log is shorter than a witness saw it. ${PERSONAL_CANARIES[0]}`,
    detectedAt: '2026-03-01T09:00:00.000Z',
    openedAt: '2026-03-01T09:00:30.000Z',
    occurrences: 1,
    escalation: 0,
    clocks: [{ title: 'Early warning (NIS2)', dueAt: '2026-03-02T09:00:00.000Z', state: 'running' }],
    missing: ['The incident is not classified.'],
    link: 'https://holdfast.example/incidents/1',
    ...more,
  };
}
