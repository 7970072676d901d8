/** The rules by which a tenant's recordings are decided: the signed pack, and what the tenant adds to it. */
import { isWithin } from './jurisdictions.ts';
import type { RetentionRule, VerifiedRulePack } from './rule-pack.ts';
import type { TenantPolicy } from './tenant-policy.ts';

/** What decides: every decision takes both together, so that none is made on half of the rules. */
export interface Rulebook {
  readonly pack: VerifiedRulePack;
  readonly policy: TenantPolicy;
  /** Counts a tenant's policies from 1; 0 where it has none. */
  readonly policyVersion: number;
}

/** The policy of a tenant that has none. */
export const NO_POLICY: TenantPolicy = {
  format: 'holdfast-tenant-policy/1',
  consent: [],
  retention: [],
  residency: [],
  classes: [],
  holidays: {},
};

/** A pack alone, as for a tenant without a policy of its own. */
export function rulebookOf(pack: VerifiedRulePack, policy: TenantPolicy = NO_POLICY): Rulebook {
  return { pack, policy, policyVersion: policy === NO_POLICY ? 0 : 1 };
}

/** What an item is, before its classes are told to the rules. */
export interface Classified {
  readonly kind: string;
  readonly classes: readonly string[];
  readonly jurisdictions: readonly string[];
}

/**
 * The classes of an item with those that the tenant's policy adds, sorted. Only ever more: every class that was
 * there stays. A class that one row adds does not bring in another row, so the order of the rows is of no account.
 */
export function classesOf(item: Classified, { pack, policy }: Rulebook): readonly string[] {
  const added = policy.classes.filter(({ when }) => matches(when, item, pack)).flatMap(({ add }) => add);
  return [...new Set([...item.classes, ...added])].sort();
}

/** The tenant's public holidays of a country, as dates; of a state with its country's. */
export function holidaysOf({ policy }: Rulebook, jurisdiction: string): readonly string[] {
  const country = jurisdiction.slice(0, 2);
  return [...new Set([...(policy.holidays[country] ?? []), ...(policy.holidays[jurisdiction] ?? [])])].sort();
}

/** Unknown places match every row: a class it may have is a class it has. */
function matches(when: RetentionRule['scope'], item: Classified, pack: VerifiedRulePack): boolean {
  const { classes, kinds, jurisdictions } = when;
  if (classes !== undefined && !classes.some((name) => item.classes.includes(name))) return false;
  if (kinds !== undefined && !kinds.includes(item.kind)) return false;
  if (jurisdictions === undefined) return true;
  const unknown = item.jurisdictions.length === 0 || item.jurisdictions.includes('unknown');
  return unknown || item.jurisdictions.some((place) => isWithin(place, jurisdictions, pack));
}
