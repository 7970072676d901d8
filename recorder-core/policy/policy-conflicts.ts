/** What of a tenant's policy the rule pack overrules: told to whoever proposes it, before a second person is asked. Pure. */
import { addPeriod } from './calendar.ts';
import type { RetentionRule, VerifiedRulePack } from './rule-pack.ts';
import type { TenantPolicy } from './tenant-policy.ts';

/** A rule of the tenant that the pack would overrule, by which row, and what happens. */
export interface PolicyConflict {
  readonly id: string;
  readonly against: string;
  readonly sentence: string;
}

type OwnRule = TenantPolicy['retention'][number];

/** Any instant does to compare two periods that run from the same event; a leap year makes both longer. */
const SOME_DAY = Date.UTC(2024, 0, 31, 12);

/**
 * Every tenant rule that a rule of the pack with the same trigger and a scope in common would overrule: a floor beyond a
 * ceiling or a delete date, an end before a floor. Rules from different events cannot be compared before these happen; the
 * evaluator cuts them then, so a policy without conflicts is no promise and one with conflicts weakens nothing.
 */
export function policyConflicts(policy: TenantPolicy, pack: VerifiedRulePack): readonly PolicyConflict[] {
  return policy.retention.flatMap((own) =>
    pack.retention.filter((rule) => comparable(own, rule)).flatMap((rule) => conflictOf(own, rule)),
  );
}

function conflictOf(own: OwnRule, rule: RetentionRule): PolicyConflict[] {
  const [ours, theirs] = [endOf(own), endOf(rule)];
  const deletes = rule.status === 'verified' && (rule.kind === 'ceiling' || rule.kind === 'deleteAt');
  if (own.kind === 'floor' && deletes && ours > theirs) {
    const sentence = `${own.id} wants to keep for ${own.period}, but ${rule.id} (${rule.source}) wants such recordings gone after ${rule.period}. The law wins.`;
    return [{ id: own.id, against: rule.id, sentence }];
  }
  if (own.kind !== 'floor' && rule.kind === 'floor' && ours < theirs) {
    const sentence = `${own.id} wants to delete after ${own.period}, but ${rule.id} (${rule.source}) keeps for ${rule.period}. Such recordings are kept.`;
    return [{ id: own.id, against: rule.id, sentence }];
  }
  return [];
}

function endOf({ period, zone }: Pick<RetentionRule, 'period' | 'zone'>): number {
  return addPeriod(SOME_DAY, period, zone);
}

function comparable(own: OwnRule, rule: RetentionRule): boolean {
  const [a, b] = [own.scope ?? {}, rule.scope];
  return (
    own.trigger === rule.trigger &&
    overlap(a.classes, b.classes) &&
    overlap(a.kinds, b.kinds) &&
    samePlaces(a, b)
  );
}

function overlap(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a === undefined || b === undefined || a.some((one) => b.includes(one));
}

/** Groups are not opened here: a policy for DE and a row for the EEA may meet, so they are compared. */
function samePlaces(a: RetentionRule['scope'], b: RetentionRule['scope']): boolean {
  const isGroup = (code: string): boolean => /^[A-Z]{3,}$/.test(code) || code === 'US';
  const groups = [...(a.jurisdictions ?? []), ...(b.jurisdictions ?? [])].some(isGroup);
  return groups || overlap(a.jurisdictions, b.jurisdictions);
}
