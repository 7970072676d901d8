import type { Party } from '../siprec/session-parties.ts';
import { lineLabel } from '../siprec/session-streams.ts';
import type { JournalParty } from './session-journal.ts';

/** More of a name or an address says nothing; the document they come from is kept as it came. */
const MOST_CHARACTERS = 512;

/** Parties as they are kept: speakers first, so that channel 0 and 1 are the two voices of an ordinary call. Pure. */
export function describeParties(parties: readonly Party[]): JournalParty[] {
  const speaksFirst = [...parties].sort(
    (a, b) => Number(a.streamKey === undefined) - Number(b.streamKey === undefined) || a.ordinal - b.ordinal,
  );
  return speaksFirst.map((party, ordinal) => ({
    ordinal,
    name: shortened(party.name),
    address: shortened(party.aor),
    label: party.streamKey === undefined ? (party.label ?? null) : lineLabel(party.streamKey),
    participantId: shortened(party.participantId),
    joinedAtMs: party.joinedAt,
    leftAtMs: party.leftAt ?? null,
  }));
}

function shortened(text: string | undefined): string | null {
  return text?.slice(0, MOST_CHARACTERS).toWellFormed() ?? null; // half a character would fit no database
}
