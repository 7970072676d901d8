/**
 * Evaluates an expression of Cedar's JSON with all that is known but the recording. What comes out holds for every row:
 * the value by terms and formulas over its columns, and where it is an error. Semantics: Cedar 4.5, "Semantics of Cedar
 * operators" of its reference.
 */
import type { Expr, PatternElem } from '@cedar-policy/cedar-wasm/nodejs';
import { and, not, or, type Formula, type PatternPart } from './formula.ts';
import { calculate, like } from './atoms.ts';
import { bounded, callExtension, compareValues, sameExtension } from './extensions.ts';
import { readValue } from './read-value.ts';
import type { Store } from './store.ts';
import { Unlistable } from './unlistable.ts';
import {
  always,
  choose,
  FAILS,
  has,
  hasAll,
  isEmpty,
  isSet,
  meets,
  same,
  truth,
  type Outcome,
  type Settled,
  type Value,
} from './value.ts';

interface Binary {
  readonly left: Expr;
  readonly right: Expr;
}

/** More questions of this or that than any policy that people write has; each may double the formula. */
const MOST_CHOICES = 20_000;

/** Evaluates expressions of one policy. */
export class Evaluation {
  readonly #store: Store;
  #choices = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws Unlistable where no formula can say it. */
  evaluate(expr: Expr): Outcome {
    const [[op, body] = ['', undefined]] = Object.entries(expr) as [string, unknown][];
    return this.#logic(op, body) ?? this.#structure(op, body) ?? this.#operator(op, body);
  }

  #logic(op: string, body: unknown): Outcome | undefined {
    if (op === '&&' || op === '||') return this.#joined(op === '&&', body as Binary);
    if (op === '!')
      return this.#each(this.#unary(body), (value) => truthOr(value, (when) => truth(not(when))));
    if (op !== 'if-then-else') return undefined;
    const { if: condition, then, else: otherwise } = body as { if: Expr; then: Expr; else: Expr };
    return this.#each(this.evaluate(condition), (value) =>
      truthOr(value, (when) => {
        if (typeof when === 'boolean') return this.evaluate(when ? then : otherwise);
        this.#count();
        return choose(when, this.evaluate(then), this.evaluate(otherwise));
      }),
    );
  }

  /** The right side is evaluated only where the left one does not settle it, and so errs only there. */
  #joined(conjunction: boolean, { left, right }: Binary): Outcome {
    const asBool = (expr: Expr): Outcome => this.#each(this.evaluate(expr), (value) => truthOr(value, truth));
    const one = asBool(left);
    if (one.value?.kind !== 'bool') return FAILS;
    if (one.value.when === !conjunction) return one;
    const other = asBool(right);
    const reached = conjunction ? one.value.when : not(one.value.when);
    const error = or(one.error, and(reached, other.error));
    const when = other.value?.kind === 'bool' ? other.value.when : !conjunction;
    return error === true
      ? FAILS
      : {
          error,
          value: { kind: 'bool', when: conjunction ? and(one.value.when, when) : or(one.value.when, when) },
        };
  }

  #structure(op: string, body: unknown): Outcome | undefined {
    switch (op) {
      case 'Value':
        return readValue(body as Parameters<typeof readValue>[0]);
      case 'Var':
        return this.#store.variable(body as string);
      case 'Slot':
        throw new Unlistable('It is a template.');
      case 'Set':
        return this.#all(body as Expr[], (items) => ({ kind: 'set', items }));
      case 'Record': {
        const names = Object.keys(body as object);
        return this.#all(Object.values(body as Record<string, Expr>), (values) => ({
          kind: 'record',
          fields: new Map(values.map((value, at) => [names[at] ?? '', value])),
        }));
      }
      case '.': {
        const { left, attr } = body as { left: Expr; attr: string };
        return this.#each(this.evaluate(left), (value) => this.#attribute(value, attr));
      }
      case 'has': {
        const { left, attr } = body as { left: Expr; attr: string | string[] };
        const path = typeof attr === 'string' ? [attr] : attr;
        return this.#each(this.evaluate(left), (value) => this.#has(value, path));
      }
      default:
        return undefined;
    }
  }

  #operator(op: string, body: unknown): Outcome {
    if (Array.isArray(body)) return this.#withAll(body as Expr[], (args) => callExtension(op, args));
    if (op === 'neg')
      return this.#each(this.#unary(body), (value) =>
        value.kind === 'long' ? bounded('long', calculate('-', 0n, value.term)) : FAILS,
      );
    if (op === 'isEmpty')
      return this.#each(this.#unary(body), (value) => (isSet(value) ? truth(isEmpty(value)) : FAILS));
    if (op === 'like') {
      const { left, pattern } = body as { left: Expr; pattern: PatternElem[] };
      const parts = pattern.map((part): PatternPart =>
        part === 'Wildcard' ? 'any' : { literal: part.Literal },
      );
      return this.#each(this.evaluate(left), (value) =>
        value.kind === 'string' ? truth(like(value.term, parts)) : FAILS,
      );
    }
    if (op === 'is') return this.#is(body as { left: Expr; entity_type: string; in?: Expr });
    const { left, right } = body as Binary;
    return this.#withAll([left, right], ([one, other]) =>
      one === undefined || other === undefined ? FAILS : this.#binary(op, one, other),
    );
  }

  #binary(op: string, one: Settled, other: Settled): Outcome {
    switch (op) {
      case '==':
        return truth(same(one, other, sameExtension));
      case '!=':
        return truth(not(same(one, other, sameExtension)));
      case '<':
      case '<=':
      case '>':
      case '>=':
        return compareValues(op, one, other);
      case '+':
      case '-':
      case '*':
        return one.kind === 'long' && other.kind === 'long'
          ? bounded('long', calculate(op, one.term, other.term))
          : FAILS;
      case 'in':
        return one.kind === 'entity' ? this.#store.isIn(one, other) : FAILS;
      case 'contains':
        return isSet(one) ? truth(has(one, other, sameExtension)) : FAILS;
      case 'containsAll':
        return isSet(one) && isSet(other) ? truth(hasAll(one, other, sameExtension)) : FAILS;
      case 'containsAny':
        return isSet(one) && isSet(other) ? truth(meets(one, other, sameExtension)) : FAILS;
      case 'hasTag': // nothing has tags here
        return one.kind === 'entity' && other.kind === 'string' ? truth(false) : FAILS;
      case 'getTag':
        return FAILS;
      default:
        throw new Unlistable(`It uses ${op}, which is not known here.`);
    }
  }

  #is({ left, entity_type: type, in: group }: { left: Expr; entity_type: string; in?: Expr }): Outcome {
    return this.#each(this.evaluate(left), (value) => {
      if (value.kind !== 'entity') return FAILS;
      if (value.type !== type) return truth(false);
      if (group === undefined) return truth(true);
      return this.#each(this.evaluate(group), (groups) => this.#store.isIn(value, groups));
    });
  }

  #attribute(value: Settled, name: string): Outcome {
    if (value.kind === 'entity') return this.#store.attribute(value, name);
    const field = value.kind === 'record' ? value.fields.get(name) : undefined;
    return field === undefined ? FAILS : always(field);
  }

  /** `a has b.c` is `a has b && a.b has c`. */
  #has(value: Settled, [name = '', ...deeper]: readonly string[]): Outcome {
    if (value.kind !== 'entity' && value.kind !== 'record') return FAILS;
    const there = value.kind === 'entity' ? this.#store.hasAttribute(value, name) : value.fields.has(name);
    if (deeper.length === 0 || there === false) return truth(there);
    const inner = this.#each(this.#attribute(value, name), (next) => this.#has(next, deeper));
    return choose(there, inner, truth(false));
  }

  #unary(body: unknown): Outcome {
    return this.evaluate((body as { readonly arg: Expr }).arg);
  }

  /** What becomes of a value, for each value that it may be. */
  #each({ error, value }: Outcome, act: (value: Settled) => Outcome): Outcome {
    if (value === undefined) return FAILS;
    const result = this.#eachOf(value, act);
    return withError(error, result);
  }

  #eachOf(value: Value, act: (value: Settled) => Outcome): Outcome {
    if (value.kind !== 'choice') return act(value);
    this.#count();
    return choose(value.when, this.#eachOf(value.yes, act), this.#eachOf(value.no, act));
  }

  #withAll(exprs: readonly Expr[], act: (values: readonly Settled[]) => Outcome): Outcome {
    const outcomes = exprs.map((expr) => this.evaluate(expr));
    const next = (values: readonly Settled[]): Outcome => {
      const outcome = outcomes[values.length];
      return outcome === undefined ? act(values) : this.#each(outcome, (value) => next([...values, value]));
    };
    return next([]);
  }

  #all(exprs: readonly Expr[], make: (values: readonly Value[]) => Value): Outcome {
    const outcomes = exprs.map((expr) => this.evaluate(expr));
    const values = outcomes.map(({ value }) => value);
    const error = or(...outcomes.map((outcome) => outcome.error));
    return error !== true && values.every((value) => value !== undefined)
      ? { error, value: make(values) }
      : FAILS;
  }

  #count(): void {
    this.#choices += 1;
    if (this.#choices > MOST_CHOICES) throw new Unlistable('It has too many conditions within conditions.');
  }
}

function truthOr(value: Settled, act: (when: Formula) => Outcome): Outcome {
  return value.kind === 'bool' ? act(value.when) : FAILS;
}

/** The outcome, and an error as well where one was met before. */
function withError(before: Formula, { error, value }: Outcome): Outcome {
  const either = or(before, error);
  return either === true || value === undefined ? FAILS : { error: either, value };
}
