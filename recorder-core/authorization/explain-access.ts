/** Why an answer is what it is: for each `permit` that could have allowed it, which parts of its condition hold and which do not. */
import {
  isAuthorized,
  policyToText,
  type EntityUidJson,
  type Expr,
  type PolicyJson,
  type PrincipalConstraint,
  type ResourceConstraint,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { AccessDecision } from './access-decision.ts';
import type { Asked } from './asked.ts';
import { authorize } from './authorize.ts';
import { contextRecord, thingEntity, thingUid, userEntity, userUid } from './cedar-values.ts';
import type { CompiledPolicy, GrantPolicy } from './compiled-policy.ts';
import { concernsAct } from './policy-slices.ts';
import type { PolicySet } from './policy-set.ts';

/** One part of a policy's condition. */
export interface ConditionPart {
  /** In Cedar's language. */
  readonly text: string;
  readonly holds: boolean;
}

/** A `permit` for the act that did not allow it. */
export interface NearMiss {
  readonly id: string;
  readonly says: string;
  readonly ask: string | null;
  readonly parts: readonly ConditionPart[];
}

/** A decision with what would have allowed it. */
export interface AccessExplanation {
  readonly decision: AccessDecision;
  /** Those with the fewest parts amiss first; none where it is allowed, or a `permit` holds and a `forbid` refuses. */
  readonly nearMisses: readonly NearMiss[];
  /** Near misses that are not listed. */
  readonly further: number;
}

const MOST_MISSES = 20;

/** Explains one decision. Never throws: what cannot be evaluated has no near misses. */
export function explainAccess(
  set: PolicySet,
  grants: readonly GrantPolicy[],
  asked: Asked,
): AccessExplanation {
  const decision = authorize(set, grants, asked);
  if (decision.allowed) return { decision, nearMisses: [], further: 0 };
  const permits = [...set.policies, ...grants].filter(
    ({ effect, json }) => effect === 'permit' && concernsAct(json, asked.act),
  );
  const misses = permits.map((policy) => missOf(policy, asked)).filter((miss) => miss !== undefined);
  // Where one of them holds, what refuses is a forbid, and no further permit would change that.
  if (misses.some((miss) => amiss(miss) === 0)) return { decision, nearMisses: [], further: 0 };
  misses.sort((a, b) => amiss(a) - amiss(b));
  return {
    decision,
    nearMisses: misses.slice(0, MOST_MISSES),
    further: Math.max(0, misses.length - MOST_MISSES),
  };
}

function amiss({ parts }: NearMiss): number {
  return parts.filter(({ holds }) => !holds).length;
}

function missOf({ id, says, ask, json }: CompiledPolicy, asked: Asked): NearMiss | undefined {
  const conditions = partsOf(json);
  const held = heldParts(conditions, asked);
  return (
    held && {
      id,
      says,
      ask,
      parts: conditions.map((part, index) => ({ text: textOf(part), holds: held.has(`${index}`) })),
    }
  );
}

/** Each part as a policy of its own, asked at once. A part that cannot be evaluated does not hold. */
function heldParts(parts: readonly Expr[], asked: Asked): ReadonlySet<string> | undefined {
  const { principal, act, thing, context } = asked;
  try {
    const answer = isAuthorized({
      principal: userUid(principal.id),
      action: { type: 'Action', id: act },
      resource: thingUid(thing),
      context: contextRecord(context),
      entities: [userEntity(principal), thingEntity(thing)],
      policies: {
        staticPolicies: Object.fromEntries(parts.map((part, index) => [`${index}`, permitWhen(part)])),
      },
    });
    return answer.type === 'success' ? new Set(answer.response.diagnostics.reason) : undefined;
  } catch {
    return undefined;
  }
}

/** The head without the act, and the conjuncts of the conditions. */
function partsOf({ principal, resource, conditions }: PolicyJson): Expr[] {
  const body = conditions.flatMap(({ kind, body: condition }) =>
    kind === 'when' ? conjuncts(condition) : [{ '!': { arg: condition } }],
  );
  return [...headPart('principal', principal), ...headPart('resource', resource), ...body];
}

function headPart(name: 'principal' | 'resource', head: PrincipalConstraint | ResourceConstraint): Expr[] {
  const left: Expr = { Var: name };
  if (head.op === 'All') return [];
  if (head.op === 'is') {
    const within = head.in === undefined ? [] : headPart(name, { op: 'in', ...head.in });
    return [{ is: { left, entity_type: head.entity_type } }, ...within];
  }
  if (!('entity' in head)) return [];
  const right = valueOf(head.entity);
  return [head.op === '==' ? { '==': { left, right } } : { in: { left, right } }];
}

function valueOf(entity: EntityUidJson): Expr {
  return { Value: { __entity: '__entity' in entity ? entity.__entity : entity } };
}

/**
 * The parts of a condition that must all hold. The second half of `x has a && x.a == ...` errs by itself where the first does not
 * hold, and does not hold either.
 */
export function conjuncts(expression: Expr): Expr[] {
  if (!('&&' in expression)) return [expression];
  const { left, right } = expression['&&'] as { left: Expr; right: Expr };
  return [...conjuncts(left), ...conjuncts(right)];
}

function permitWhen(body: Expr): PolicyJson {
  const all = { op: 'All' } as const;
  return {
    effect: 'permit',
    principal: all,
    action: all,
    resource: all,
    conditions: [{ kind: 'when', body }],
  };
}

/** Space, and texts in quotes, within which space is meant. */
const SPACE_OR_TEXT = /\s+|"(?:[^"\\]|\\.)*"/g;

/** A part of a condition as people write it, on one line. */
export function textOf(part: Expr): string {
  const answer = policyToText(permitWhen(part));
  const text = answer.type === 'success' ? answer.text : '';
  return (
    /when \{\s*(.*?)\s*\};?$/s
      .exec(text)?.[1]
      ?.replaceAll(SPACE_OR_TEXT, (found) => (found.startsWith('"') ? found : ' ')) ?? text
  );
}
