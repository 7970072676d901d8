import type { Party } from '../siprec/session-parties.ts';
import { lineLabel } from '../siprec/session-streams.ts';
import type { JournalParty } from './session-journal.ts';

/** Parties as they are kept: speakers first, so that channel 0 and 1 are the two voices of an ordinary call. Pure. */
export function describeParties(parties: readonly Party[]): JournalParty[] {
  const speaksFirst = [...parties].sort(
    (a, b) => Number(a.streamKey === undefined) - Number(b.streamKey === undefined) || a.ordinal - b.ordinal,
  );
  return speaksFirst.map((party, ordinal) => ({
    ordinal,
    name: party.name ?? null,
    address: party.aor ?? null,
    label: party.streamKey === undefined ? (party.label ?? null) : lineLabel(party.streamKey),
    participantId: party.participantId ?? null,
    joinedAtMs: party.joinedAt,
    leftAtMs: party.leftAt ?? null,
  }));
}
