import type { AccessDecision } from '../../../../recorder-core/authorization/access-decision.ts';
import type { AccessPolicyVersion } from '../../../../recorder-core/records/access-policies.ts';
import type { TextCheck } from '../../../access-policies/check-text.ts';
import type {
  AccessDecisionView,
  AccessPolicyVersionView,
  TextCheckView,
} from '../../schemas/access-policy.ts';

/** A version as lists show it. */
export function presentVersion(row: AccessPolicyVersion): AccessPolicyVersionView {
  const { version, state, note, repeats, madeBy, madeAt, publishedBy, publishedAt, supersededAt } = row;
  return { version, state, note, repeats, madeBy, madeAt, publishedBy, publishedAt, supersededAt };
}

/** What a check found. */
export function presentCheck({ faults, warnings, policies, examples }: TextCheck): TextCheckView {
  return {
    faults: [...faults],
    warnings: [...warnings],
    policies: policies.map(({ outline, ...named }) => ({
      ...named,
      outline: { ...outline, acts: [...outline.acts], conditions: [...outline.conditions] },
    })),
    examples: examples.map(({ decision, ...rest }) => ({ ...rest, decision: presentDecision(decision) })),
  };
}

/** A decision with all that decided. */
export function presentDecision({ allowed, rule, policies }: AccessDecision): AccessDecisionView {
  return { allowed, rule, policies: [...policies] };
}
