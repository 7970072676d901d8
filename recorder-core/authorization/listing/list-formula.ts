/** The policies as a filter: which recordings of a list somebody may see. */
import { checkParseContext } from '@cedar-policy/cedar-wasm/nodejs';
import type { Asked } from '../asked.ts';
import { contextRecord, userEntity } from '../cedar-values.ts';
import type { CompiledPolicy, GrantPolicy } from '../compiled-policy.ts';
import type { PolicySet } from '../policy-set.ts';
import { compilePolicy } from './compile-policy.ts';
import { and, not, or, type Formula } from './formula.ts';
import { Store } from './store.ts';

/** What a list is filtered by. */
export interface ListFormula {
  /** Holds for exactly those recordings for which `authorize` allows the act. */
  readonly formula: Formula;
  /** Ids of the grants of whoever asks: those of them that reach a recording are the recording's `grants`. */
  readonly grantIds: readonly string[];
  /** Policies that no formula can say, for which the list shows less than `authorize` allows; empty as a rule. */
  readonly unlistable: readonly { readonly id: string; readonly why: string }[];
}

/** What is asked of every recording of a list. */
export type AskedOfList = Omit<Asked, 'thing'>;

/**
 * Which recordings `authorize` allows for this question, as one formula. Never throws: what cannot be evaluated is not
 * listed. A time bound is settled for `nowMs`, so a formula is for one request and not to be kept.
 */
export function listFormula(set: PolicySet, grants: readonly GrantPolicy[], asked: AskedOfList): ListFormula {
  const store = storeOf(asked);
  const grantIds = grants.map(({ id }) => id.replace(/^grant\//, ''));
  if (store === undefined) return { formula: false, grantIds, unlistable: [] };
  const unlistable: { id: string; why: string }[] = [];
  const compiled = (policies: readonly CompiledPolicy[]) =>
    policies.map(({ id, effect, json }) => {
      const { holds, errs, unlistable: why } = compilePolicy(json, store);
      if (why !== undefined) unlistable.push({ id, why });
      return { effect, holds, errs };
    });
  const own = compiled(set.policies);
  const forbids = own.filter(({ effect }) => effect === 'forbid');
  const permits = [...own, ...compiled(grants)].filter(({ effect }) => effect === 'permit');
  return {
    formula: and(
      not(or(...forbids.flatMap(({ holds, errs }) => [holds, errs]))),
      or(...permits.map(({ holds }) => holds)),
    ),
    grantIds,
    unlistable,
  };
}

/** Undefined where Cedar itself could not read the question. */
function storeOf({ principal, act, context }: AskedOfList): Store | undefined {
  try {
    const record = contextRecord(context);
    if (checkParseContext({ context: record }).type === 'failure') return undefined;
    return new Store({
      principal: userEntity(principal),
      action: { type: 'Action', id: act },
      context: record,
    });
  } catch {
    return undefined;
  }
}
