/** Whether a restricted recording may be used: by whom, and for which purpose. Pure. */

/** What a restricted recording may still be used for. Stated by whoever uses it, and entered in the ledger. */
export const STATED_PURPOSES = [
  'legal-obligation',
  'legal-claim',
  'subject-request',
  'protection-of-others',
] as const;
export type StatedPurpose = (typeof STATED_PURPOSES)[number];

/** One reason why a recording is kept and not used. */
export interface RestrictionGround {
  /** Who restricts: `retention`, or `<thing>/<id>`; a second restriction by the same one takes the place of the first. */
  readonly id: string;
  /** One sentence for people, without personal data. */
  readonly why: string;
  /** RFC 3339. */
  readonly since: string;
  /** Ids of the rules that demand it. */
  readonly rules: readonly string[];
  readonly purposes: readonly StatedPurpose[];
}

/** All grounds together: what none of them forbids is allowed. */
export interface Restriction {
  readonly since: string;
  readonly rules: readonly string[];
  readonly purposes: readonly StatedPurpose[];
  readonly grounds: readonly RestrictionGround[];
}

/** Joins grounds; more of them only make it stricter. Null without any. The order of the grounds does not matter. */
export function joinGrounds(grounds: readonly RestrictionGround[]): Restriction | null {
  const [first, ...others] = grounds.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (first === undefined) return null;
  const all = [first, ...others];
  return {
    since: all.map(({ since }) => since).sort()[0] ?? first.since,
    rules: [...new Set(all.flatMap(({ rules }) => rules))].sort(),
    purposes: STATED_PURPOSES.filter((purpose) => all.every(({ purposes }) => purposes.includes(purpose))),
    grounds: all,
  };
}

/** What somebody wants with the content of a recording. */
export interface WantedUse {
  readonly restriction: Restriction | null;
  readonly role: string;
  /** Undefined where none was stated. */
  readonly purpose: string | undefined;
}

/** The answer with the rule that gave it; `advice` says to whoever was refused what to do. */
export type UseDecision =
  | { readonly allowed: true; readonly rule: 'restriction/none' | 'restriction/stated-purpose' }
  | {
      readonly allowed: false;
      readonly rule: 'restriction/role' | 'restriction/no-purpose' | 'restriction/other-purpose';
      readonly advice: string;
    };

/** Role that uses restricted recordings. */
const OFFICER = 'compliance_officer';

/** Decides whether the content may be heard, shown or handed out. Roles and walls come on top and can only narrow it. */
export function decideRestrictedUse({ restriction, role, purpose }: WantedUse): UseDecision {
  if (restriction === null) return { allowed: true, rule: 'restriction/none' };
  if (role !== OFFICER)
    return {
      allowed: false,
      rule: 'restriction/role',
      advice: 'Ask a compliance officer, who may use it for a stated purpose.',
    };
  const { purposes } = restriction;
  const open =
    purposes.length === 0 ? 'None is left open by its grounds.' : `Open are: ${purposes.join(', ')}.`;
  if (purpose === undefined)
    return { allowed: false, rule: 'restriction/no-purpose', advice: `State what you need it for. ${open}` };
  if (!(purposes as readonly string[]).includes(purpose))
    return {
      allowed: false,
      rule: 'restriction/other-purpose',
      advice: `It may not be used for that. ${open}`,
    };
  return { allowed: true, rule: 'restriction/stated-purpose' };
}

/** Whether a role may see who spoke in a restricted recording, and find it by that. */
export function maySeeRestrictedPeople(role: string): boolean {
  return role === OFFICER || role === 'auditor';
}
