import { CAPTURE_REMARKS } from '../../../../recorder-core/capture/capture-remarks.ts';
import { maySeeRestrictedPeople } from '../../../../recorder-core/policy/restriction.ts';
import type { Explanation as StoredExplanation } from '../../../../recorder-core/records/explanation.ts';
import type { Party as StoredParty } from '../../../../recorder-core/records/parties.ts';
import type { Recording } from '../../../../recorder-core/records/recordings.ts';
import { RECORDING_WARNINGS } from '../../../../recorder-core/siprec/warnings.ts';
import type {
  Explanation,
  RecordingSummary,
  RecordingWarning,
  Restriction,
} from '../../schemas/recording.ts';

/** A recording as the list shows it to a role: of a restricted one, who spoke is shown to few. Pure. */
export function presentSummary(
  recording: Recording,
  parties: readonly StoredParty[],
  role: string,
): RecordingSummary {
  const restricted = recording.restriction !== null;
  const withheld = restricted && !maySeeRestrictedPeople(role);
  const { id, state, source, startedAt, endedAt, durationMs, partial, held, retainUntil } = recording;
  const { department, classification } = recording;
  return {
    id,
    state,
    source,
    startedAt,
    endedAt,
    durationMs,
    partial,
    held,
    restricted,
    retainUntil,
    department,
    classification,
    parties: parties
      .filter(({ recordingId }) => recordingId === id && !withheld)
      .map(({ id: partyId, ordinal, name, address, label }) => ({
        id: partyId,
        ordinal,
        name,
        address,
        label,
      })),
  };
}

/** Why it is restricted, as the recording page shows it. Pure. */
export function presentRestriction({ restriction }: Recording): Restriction | null {
  if (restriction === null) return null;
  const { since, purposes, grounds } = restriction;
  return {
    since,
    purposes: [...purposes],
    grounds: grounds.map(({ id, why, since: from, rules }) => ({ id, why, since: from, rules: [...rules] })),
  };
}

/** A decision as the recording page shows it: what the API describes, whatever else is kept with it. Pure. */
export function presentExplanation(stored: StoredExplanation): Explanation {
  const { outcome, reasons, rules, packDigest, policyVersion, places, decidedAt } = stored;
  return {
    outcome,
    reasons: [...reasons],
    rules: rules.map(({ id, source, status, detail, party }) => ({ id, source, status, detail, party })),
    packDigest,
    ...(policyVersion === undefined ? {} : { policyVersion }),
    ...(places === undefined ? {} : { places: [...places] }),
    decidedAt,
  };
}

const WARNINGS = Object.entries({ ...RECORDING_WARNINGS, ...CAPTURE_REMARKS });

/** A stored sentence with its code and what can be done, where it is one of ours. Pure. */
export function presentWarning(text: string): RecordingWarning {
  const [code, known] = WARNINGS.find(([, warning]) => warning.text === text) ?? [];
  return { text, ...(code !== undefined && { code }), ...(known && { remedy: known.remedy }) };
}
