import { CAPTURE_REMARKS } from '../../../../recorder-core/capture/capture-remarks.ts';
import type { Party as StoredParty } from '../../../../recorder-core/records/parties.ts';
import type {
  Explanation as StoredExplanation,
  Recording,
} from '../../../../recorder-core/records/recordings.ts';
import { RECORDING_WARNINGS } from '../../../../recorder-core/siprec/warnings.ts';
import type { Explanation, RecordingSummary, RecordingWarning } from '../../schemas/recording.ts';

/** A recording as the list shows it. Pure. */
export function presentSummary(recording: Recording, parties: readonly StoredParty[]): RecordingSummary {
  const { id, state, source, startedAt, endedAt, durationMs, partial, held, retainUntil } = recording;
  return {
    id,
    state,
    source,
    startedAt,
    endedAt,
    durationMs,
    partial,
    held,
    retainUntil,
    parties: parties
      .filter(({ recordingId }) => recordingId === id)
      .map(({ id: partyId, ordinal, name, address, label }) => ({
        id: partyId,
        ordinal,
        name,
        address,
        label,
      })),
  };
}

/** A decision as the recording page shows it. Pure. */
export function presentExplanation(explanation: StoredExplanation): Explanation {
  return {
    ...explanation,
    reasons: [...explanation.reasons],
    rules: explanation.rules.map((rule) => ({ ...rule })),
  };
}

const WARNINGS = Object.entries({ ...RECORDING_WARNINGS, ...CAPTURE_REMARKS });

/** A stored sentence with its code and what can be done, where it is one of ours. Pure. */
export function presentWarning(text: string): RecordingWarning {
  const [code, known] = WARNINGS.find(([, warning]) => warning.text === text) ?? [];
  return { text, ...(code !== undefined && { code }), ...(known && { remedy: known.remedy }) };
}
