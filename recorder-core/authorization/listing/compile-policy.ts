import type { Expr, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { and, not, type Formula } from './formula.ts';
import { Evaluation } from './evaluate.ts';
import type { Store } from './store.ts';
import { Unlistable } from './unlistable.ts';

/** For which recordings a policy holds, and for which it cannot be evaluated. */
export interface ListedPolicy {
  readonly holds: Formula;
  readonly errs: Formula;
  /** Why no formula can say it; then `holds` is what is safe: nothing of a `permit`, of a `forbid` all it could touch. */
  readonly unlistable?: string;
}

/** Says of a policy for which recordings it holds, for one question. Never throws. */
export function compilePolicy(policy: PolicyJson, store: Store): ListedPolicy {
  try {
    return whereTrue([...headOf(policy), ...policy.conditions.map(conditionOf)], store);
  } catch (error) {
    if (!(error instanceof Unlistable)) throw error;
    const holds = policy.effect === 'forbid' && touched(policy, store);
    return { holds, errs: false, unlistable: error.message };
  }
}

function touched(policy: PolicyJson, store: Store): Formula {
  try {
    return whereTrue(headOf(policy), store).holds;
  } catch {
    return true;
  }
}

function whereTrue(conjuncts: readonly Expr[], store: Store): ListedPolicy {
  const all = conjuncts.reduce((left, right): Expr => ({ '&&': { left, right } }), { Value: true } as Expr);
  const { error, value } = new Evaluation(store).evaluate(all);
  return value?.kind === 'bool'
    ? { holds: and(not(error), value.when), errs: error }
    : { holds: false, errs: true };
}

function conditionOf({ kind, body }: PolicyJson['conditions'][number]): Expr {
  return kind === 'when' ? body : { '!': { arg: body } };
}

/** The head of a policy as expressions. */
function headOf({ principal, action, resource }: PolicyJson): Expr[] {
  return [...partOf('action', action), ...partOf('principal', principal), ...partOf('resource', resource)];
}

type Part = PolicyJson['principal'] | PolicyJson['action'] | PolicyJson['resource'];

function partOf(name: 'principal' | 'action' | 'resource', part: Part): Expr[] {
  const variable: Expr = { Var: name };
  if (part.op === 'All') return [];
  if (part.op === 'is')
    return [
      { is: { left: variable, entity_type: part.entity_type, ...(part.in && { in: namedIn(part.in) }) } },
    ];
  if ('entities' in part)
    return [{ in: { left: variable, right: { Set: part.entities.map((entity) => namedIn({ entity })) } } }];
  return [{ [part.op]: { left: variable, right: namedIn(part) } } as unknown as Expr];
}

function namedIn(part: { readonly entity: unknown } | { readonly slot: string }): Expr {
  if (!('entity' in part)) return { Slot: part.slot };
  const { entity } = part as { readonly entity: Record<string, unknown> };
  return { Value: '__entity' in entity ? entity : { __entity: entity } } as Expr;
}
