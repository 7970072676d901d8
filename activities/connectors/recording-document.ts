import type { RecordingDocument } from '../../connectors/kit/record.ts';
import type { Party } from '../../recorder-core/records/parties.ts';
import type { Recording } from '../../recorder-core/records/recordings.ts';

/** A recording as connected systems see it. Pure. */
export function recordingDocumentOf(
  tenantId: string,
  recording: Recording,
  parties: readonly Party[],
  link: string,
): RecordingDocument {
  return {
    kind: 'recording',
    schemaVersion: 1,
    id: recording.id,
    tenantId,
    revision: recording.revision,
    startedAt: recording.startedAt,
    endedAt: recording.endedAt,
    durationMs: recording.durationMs,
    parties: parties.map(({ name, address }) => ({ name, address, role: null })),
    state: recording.state,
    held: recording.held,
    retainUntil: recording.retainUntil,
    consentOutcome: recording.consent.outcome,
    region: recording.region,
    link,
    callId: recording.callId,
  };
}
