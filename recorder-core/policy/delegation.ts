/** Whether one person's right to decide may be another's for a time. Pure. */
import { decideAccess } from './access.ts';
import type { PersonWithRole } from './approval.ts';

/** The longest that a right can be lent: a long leave, not a second role. */
export const MAX_DELEGATION_DAYS = 90;
const DAY_MS = 86_400_000;

/** What somebody wants to lend, to whom, and for how long. */
export interface AskedDelegation {
  readonly from: PersonWithRole;
  readonly to: Pick<PersonWithRole, 'id'>;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The answer, with the rule that gave it. */
export interface DelegationDecision {
  readonly allowed: boolean;
  readonly rule:
    | 'delegation/own-right'
    | 'delegation/no-right'
    | 'delegation/to-oneself'
    | 'delegation/over'
    | 'delegation/too-long';
}

/** Decides whether a right may be lent: only one's own, only to another, and not for ever. */
export function decideDelegation(asked: AskedDelegation, nowMs: number): DelegationDecision {
  const { from, to, fromMs, untilMs } = asked;
  if (!decideAccess({ role: from.role, act: 'approval.decide' }).allowed)
    return { allowed: false, rule: 'delegation/no-right' };
  if (from.id === to.id) return { allowed: false, rule: 'delegation/to-oneself' };
  if (untilMs <= fromMs || untilMs <= nowMs) return { allowed: false, rule: 'delegation/over' };
  if (untilMs - nowMs > MAX_DELEGATION_DAYS * DAY_MS) return { allowed: false, rule: 'delegation/too-long' };
  return { allowed: true, rule: 'delegation/own-right' };
}
