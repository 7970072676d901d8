/**
 * What a policy asks first: that an attribute is there, or is a certain text or flag. A policy whose first condition does not hold
 * does not hold, and cannot err: Cedar reads conditions from the left and no further than the first that fails. Only what is
 * read before anything that could err counts.
 */
import type { CedarValueJson, Expr, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';

/** Of what policies read attributes. */
type Subject = 'principal' | 'resource' | 'context';

/** That something has an attribute; with `equals`, that it is this. */
export interface Guard {
  readonly of: Subject;
  readonly attr: string;
  readonly equals?: string | boolean;
}

/** The attributes of a question, as Cedar is given them. */
export type Facts = Readonly<Record<Subject, Readonly<Record<string, CedarValueJson>>>>;

/** The first conditions of a policy, up to the first that is of another kind. */
export function guardsOf({ conditions }: PolicyJson): readonly Guard[] {
  const guards: Guard[] = [];
  for (const { kind, body } of conditions) if (kind !== 'when' || !gather(body, guards)) break;
  return guards;
}

/** Whether a policy with these first conditions can hold, or err, for a question. */
export function mayHold(guards: readonly Guard[], facts: Facts): boolean {
  for (const { of, attr, equals } of guards) {
    const there = Object.hasOwn(facts[of], attr);
    if (equals === undefined) {
      if (!there) return false;
      continue;
    }
    const value = there ? facts[of][attr] : undefined;
    if (value === equals) continue;
    return typeof value !== typeof equals; // an attribute that is missing errs, and another type is left to Cedar
  }
  return true;
}

/** Adds the guards of an expression; false where it has something else in it, behind which nothing counts. */
function gather(body: Expr, guards: Guard[]): boolean {
  if ('&&' in body) {
    const { left, right } = body['&&'] as { left: Expr; right: Expr };
    return gather(left, guards) && gather(right, guards);
  }
  const guard = guardOf(body);
  if (guard !== undefined) guards.push(guard);
  return guard !== undefined;
}

function guardOf(body: Expr): Guard | undefined {
  if ('has' in body) {
    const { left, attr } = body.has as { left: Expr; attr: unknown };
    const of = subjectOf(left);
    return of !== undefined && typeof attr === 'string' ? { of, attr } : undefined;
  }
  if ('!' in body) {
    const read = attributeOf((body['!'] as { arg: Expr }).arg);
    return read && { ...read, equals: false };
  }
  if ('==' in body) {
    const { left, right } = body['=='] as { left: Expr; right: Expr };
    return equality(left, right) ?? equality(right, left);
  }
  const flag = attributeOf(body);
  return flag && { ...flag, equals: true };
}

function equality(side: Expr, other: Expr): Guard | undefined {
  const read = attributeOf(side);
  if (read === undefined || !('Value' in other)) return undefined;
  const equals = other.Value;
  return typeof equals === 'string' || typeof equals === 'boolean' ? { ...read, equals } : undefined;
}

function attributeOf(expr: Expr): Guard | undefined {
  if (!('.' in expr)) return undefined;
  const { left, attr } = expr['.'] as { left: Expr; attr: string };
  const of = subjectOf(left);
  return of && { of, attr };
}

function subjectOf(expr: Expr): Subject | undefined {
  if (!('Var' in expr)) return undefined;
  return expr.Var === 'action' ? undefined : (expr.Var as Subject);
}
