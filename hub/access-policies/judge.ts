import type { AccessExample } from '../../recorder-core/authorization/access-example.ts';
import type { AccessContext, Principal } from '../../recorder-core/authorization/asked.ts';
import { OWN_PREFIX, publishedPolicySet } from '../../recorder-core/authorization/check-policies.ts';
import {
  compareAccess,
  type AccessComparison,
  type AccessEffect,
} from '../../recorder-core/authorization/compare-access.ts';
import { canBeChanged } from '../../recorder-core/authorization/lockout.ts';
import type { PolicySet } from '../../recorder-core/authorization/policy-set.ts';
import { checkText, type TextCheck } from './check-text.ts';

/** A text, and what is to be found out about it; plain data, so that it can be sent to another process. */
export interface JudgeQuestion {
  readonly text: string;
  readonly examples: readonly AccessExample[];
  readonly nowMs: number;
  /** With what it is compared, and over whom and what; left out, it is not. */
  readonly effect?: Omit<AccessComparison, 'before' | 'after'> & {
    readonly published: { readonly version: number; readonly text: string };
  };
  /** Who could change the policies after it, and in which circumstances; left out, nobody asks. */
  readonly lockout?: {
    readonly people: readonly Principal[];
    readonly context: AccessContext;
    /** False: policies that look at places are not tried, for the place is not known. */
    readonly knowsPlace: boolean;
  };
}

/** What was found out. */
export interface Judgement {
  readonly check: TextCheck;
  /** Null where it was not asked for, or the text has faults. */
  readonly effect: AccessEffect | null;
  /** Whether two people could still change the policies together; null where nobody asked, or it cannot be told. */
  readonly changeable: boolean | null;
}

/** Attributes of the circumstances by which policies tell places apart. */
const PLACES = /"attr":"(?:address|country|region)"/;

/** Checks a text, asks its examples, and what else is wanted. Takes as long as it takes: `judgeApart` bounds it. */
export function judge({ text, examples, nowMs, effect, lockout }: JudgeQuestion): Judgement {
  const { check, set } = checkText(text, examples, new Date(nowMs));
  if (set === undefined) return { check, effect: null, changeable: null };
  return {
    check,
    effect: effect === undefined ? null : effectOf(effect, set),
    changeable: lockout === undefined ? null : changeableBy(lockout, set),
  };
}

function effectOf(
  { published, ...rest }: NonNullable<JudgeQuestion['effect']>,
  after: PolicySet,
): AccessEffect {
  return compareAccess({ ...rest, before: publishedPolicySet(published.version, published.text), after });
}

function changeableBy(
  { people, context, knowsPlace }: NonNullable<JudgeQuestion['lockout']>,
  set: PolicySet,
): boolean | null {
  const own = set.policies.filter(({ id }) => id.startsWith(OWN_PREFIX));
  if (!knowsPlace && PLACES.test(JSON.stringify(own.map(({ json }) => json)))) return null;
  return canBeChanged(set, people, [context]);
}
