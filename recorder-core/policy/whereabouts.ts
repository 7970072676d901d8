/** Where a party may be: a set of candidate places, never one guess. */
import { originOf } from './number-plan.ts';
import type { NumberPlan } from './rule-pack.ts';

/** The candidate that stands for "could be anywhere"; its row is the pack's strict default. */
export const UNKNOWN_PLACE = 'unknown';

/** One party as the consent decision sees it. Codes are ISO 3166: DE, US-CA. */
export interface ConsentParty {
  /** An opaque id, used in explanations; must not itself be personal data. */
  readonly id: string;
  /** Address of record or calling number: E.164, `tel:`, `sip:`. Never shown in explanations. */
  readonly aor?: string | undefined;
  readonly number?: string | undefined;
  /** What is known of the line; without it the number plan tells what it can. */
  readonly line?: 'fixed' | 'mobile' | undefined;
  /** Places of billing or HR addresses. */
  readonly addresses?: readonly string[] | undefined;
  /** Last known place, as from a roaming network's country. */
  readonly lastKnown?: string | undefined;
  /** Place of the agent's seat. */
  readonly seat?: string | undefined;
  /** The party was asked and said no, or has withdrawn. */
  readonly stance?: 'refused' | 'withdrawn' | undefined;
}

/**
 * All places a party may be in, sorted; at least one. `unknown` is among them when nothing
 * is known, when an address names no place, and when all that is known is the number of a
 * line that is or may be a mobile. More evidence adds candidates; only evidence of a place
 * (address, seat, last known) can take `unknown` away.
 */
export function candidatesOf(party: ConsentParty, plan: NumberPlan): readonly string[] {
  const evidence = [...(party.addresses ?? []), party.lastKnown, party.seat].filter(
    (place) => place !== undefined,
  );
  const origins = [party.aor, party.number]
    .filter((address) => address !== undefined)
    .map((address) => originOf(address, plan));
  const issued = origins.flatMap((origin) => origin.jurisdictions);
  const stationary = origins.every((origin) => (party.line ?? origin.line) === 'fixed');
  const found = [...evidence, ...issued];
  if (found.length === 0 || (evidence.length === 0 && !stationary)) found.push(UNKNOWN_PLACE);
  return [...new Set(found)].sort();
}
