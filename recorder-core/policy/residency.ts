/**
 * Which region a recording belongs to: the tenant's own region, unless a rule demands
 * that people of some place be stored within certain places.
 *
 * Rules name places (DE, EEA), not regions; each region says in which place it stands.
 * A `require` row moves the recording or makes a conflict; a `tag` row only marks it
 * (e.g. "needs a ground for transfer"). Pure.
 */
import { isWithin } from './jurisdictions.ts';
import type { ResidencyRow, VerifiedRulePack } from './rule-pack.ts';

/** A region of the installation and the place it stands in. */
export interface Region {
  readonly id: string;
  readonly jurisdiction: string;
}

/** A tenant's own demand; it narrows the choice, never widens it. */
export type TenantResidencyRule = Pick<ResidencyRow, 'id' | 'party' | 'store'>;

/** All that the decision depends on, besides the pack. */
export interface ResidencyInput {
  readonly tenantRegion: string;
  /** The regions the tenant may use; the tenant's own must be among them. */
  readonly regions: readonly Region[];
  /** Candidate places of all parties. */
  readonly partyJurisdictions: readonly string[];
  readonly tenantRules?: readonly TenantResidencyRule[] | undefined;
}

/** The decision. On CONFLICT no region satisfies all rules: `region` is the tenant's and a person has to decide. */
export interface ResidencyDecision {
  readonly outcome: 'HOME' | 'MOVED' | 'CONFLICT';
  readonly region: string;
  readonly tags: readonly string[];
  readonly rules: readonly { readonly id: string; readonly source: string; readonly satisfied: boolean }[];
  readonly packDigest: string;
}

type Rule = TenantResidencyRule & Pick<ResidencyRow, 'effect' | 'tag' | 'source'>;

/** Decides the region of one recording; among several possible ones the tenant's own, else the first by id. */
export function decideResidency(input: ResidencyInput, pack: VerifiedRulePack): ResidencyDecision {
  const own = (input.tenantRules ?? []).map((rule): Rule => ({
    ...rule,
    effect: 'require',
    tag: '',
    source: 'tenant policy',
  }));
  const rules = [...pack.residency, ...own]
    .filter((rule) => input.partyJurisdictions.some((place) => isWithin(place, [rule.party], pack)))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const satisfies = (region: Region, rule: Rule): boolean => isWithin(region.jurisdiction, rule.store, pack);
  const possible = input.regions
    .filter((region) => rules.every((rule) => rule.effect === 'tag' || satisfies(region, rule)))
    .map((region) => region.id)
    .sort();
  const region = possible.includes(input.tenantRegion)
    ? input.tenantRegion
    : (possible[0] ?? input.tenantRegion);
  const chosen = input.regions.find((candidate) => candidate.id === region);
  const isMet = (rule: Rule): boolean => chosen !== undefined && satisfies(chosen, rule);
  return {
    outcome: possible.length === 0 ? 'CONFLICT' : region === input.tenantRegion ? 'HOME' : 'MOVED',
    region,
    tags: [...new Set(rules.filter((rule) => rule.effect === 'tag' && !isMet(rule)).map((rule) => rule.tag))],
    rules: rules.map((rule) => ({ id: rule.id, source: rule.source, satisfied: isMet(rule) })),
    packDigest: pack.digest,
  };
}
