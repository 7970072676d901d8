import type { ConsentChange, ConsentChangeItem } from '../../../../recorder-core/records/consent-changes.ts';
import type { ConsentEvidence } from '../../../../recorder-core/records/consent-evidence.ts';
import type { Explanation } from '../../../../recorder-core/records/explanation.ts';
import type * as shown from '../../schemas/consent.ts';
import { presentExplanation } from '../recordings/present-recording.ts';

/** The decision on consent as the recording page shows it. Pure. */
export function presentDecision(consent: Explanation): shown.ConsentDecision {
  const { act, parties, purpose, alsoFor, circumstances, tags, conflict } = consent;
  return {
    ...presentExplanation(consent),
    ...(act && { act }),
    ...(parties && { parties: parties.map((party) => ({ ...party })) }),
    ...(purpose !== undefined && { purpose }),
    ...(alsoFor && { alsoFor: [...alsoFor] }),
    ...(circumstances && { circumstances: circumstances.map((one) => ({ ...one })) }),
    ...(tags && { tags: [...tags] }),
    ...(conflict && {
      conflict: {
        ...conflict,
        kinds: [...conflict.kinds],
        rules: [...conflict.rules],
        reasons: [...conflict.reasons],
      },
    }),
  };
}

/** Evidence without who noted it: that is the ledger's. Pure. */
export function presentEvidence(evidence: ConsentEvidence): shown.ConsentEvidence {
  const { id, kind, label, purpose, saidAt, offsetMs, prompt, source, notedAt, partyOrdinals } = evidence;
  const shownOrdinals = partyOrdinals === null ? null : [...partyOrdinals];
  return {
    id,
    kind,
    label,
    purpose,
    saidAt,
    offsetMs,
    prompt,
    source,
    notedAt,
    partyOrdinals: shownOrdinals,
  };
}

/** A change with what came of it so far. Pure. */
export function presentChange(
  change: ConsentChange,
  results: Readonly<Partial<Record<string, number>>> = {},
): shown.ConsentChange {
  const { id, kind, effect, purpose, recordingId, partyOrdinals, address, saidAt, source, reason } = change;
  return {
    id,
    kind,
    effect,
    purpose,
    recordingId,
    partyOrdinals: partyOrdinals === null ? null : [...partyOrdinals],
    address,
    saidAt,
    source,
    reason,
    askedAt: change.askedAt,
    state: change.state,
    endedAt: change.endedAt,
    results: Object.fromEntries(
      Object.entries(results).flatMap(([action, count]) => (count === undefined ? [] : [[action, count]])),
    ),
  };
}

/** One result. Pure. */
export function presentItem(item: ConsentChangeItem): shown.ConsentChangeItem {
  return { ...item, rules: [...item.rules] };
}
