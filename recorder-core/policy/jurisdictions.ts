/** Places and the groups they belong to, as a rule pack's table has them. */
import type { RulePack } from './rule-pack.ts';

/** Only what these questions need of a pack. */
export type JurisdictionTable = Pick<RulePack, 'jurisdictions'>;

/** The place itself and every group it is in: `US-CA` gives `US-CA` and `US`. An unknown code stands alone. */
export function codesOf(place: string, table: JurisdictionTable): readonly string[] {
  return [place, ...(table.jurisdictions[place]?.groups ?? [])];
}

/** True for a place a person can be in, as the table has it; a group (US, EEA) or a foreign code is none. */
export function isPlace(code: string, table: JurisdictionTable): boolean {
  return Object.hasOwn(table.jurisdictions, code);
}

/** True when a place is one of the codes or in a group that is. */
export function isWithin(place: string, codes: readonly string[], table: JurisdictionTable): boolean {
  return codesOf(place, table).some((code) => codes.includes(code));
}
