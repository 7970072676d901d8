import type { Party } from '../siprec/session-parties.ts';
import { lineLabel } from '../siprec/session-streams.ts';
import type { JournalParty } from './session-journal.ts';

/** More of a name or an address says nothing; the document they come from is kept as it came. */
const MOST_CHARACTERS = 512;

/** How a party is called in decisions: by its place in the session, never by name. */
export function partyId({ ordinal }: Party): string {
  return `party-${ordinal}`;
}

/** Parties in the order in which they are kept. Pure. */
export function speakersFirst(parties: readonly Party[]): Party[] {
  return [...parties].sort(
    (a, b) => Number(a.streamKey === undefined) - Number(b.streamKey === undefined) || a.ordinal - b.ordinal,
  );
}

/** Parties as they are kept: speakers first, so that channel 0 and 1 are the two voices of an ordinary call. Pure. */
export function describeParties(parties: readonly Party[]): JournalParty[] {
  return speakersFirst(parties).map((party, ordinal) => ({
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
