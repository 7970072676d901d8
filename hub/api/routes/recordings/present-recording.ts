import type { Party as StoredParty } from '../../../../recorder-core/records/parties.ts';
import type {
  Explanation as StoredExplanation,
  Recording,
} from '../../../../recorder-core/records/recordings.ts';
import type { Explanation, RecordingSummary } from '../../schemas/recording.ts';

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
