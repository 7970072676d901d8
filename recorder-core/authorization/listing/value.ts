/** Values of Cedar as far as they are known without the row; what is not known of them is a term or a formula. */
import {
  and,
  either,
  not,
  or,
  type Column,
  type Formula,
  type NumberTerm,
  type TextTerm,
} from './formula.ts';
import { compare, member, sameText, within } from './atoms.ts';

export type Value =
  | { readonly kind: 'bool'; readonly when: Formula }
  | { readonly kind: 'long' | 'datetime' | 'duration'; readonly term: NumberTerm }
  | { readonly kind: 'string'; readonly term: TextTerm }
  | { readonly kind: 'entity'; readonly type: string; readonly id: TextTerm }
  /** An address or a decimal, always known, as Cedar's JSON has it. */
  | { readonly kind: 'extension'; readonly fn: string; readonly arg: string }
  | { readonly kind: 'set'; readonly items: readonly Value[] }
  /** A list of the row: texts, or ids of entities of one type. */
  | { readonly kind: 'column-set'; readonly column: Column; readonly type: string | null }
  | { readonly kind: 'record'; readonly fields: ReadonlyMap<string, Value> }
  /** One or the other, by the row. */
  | { readonly kind: 'choice'; readonly when: Formula; readonly yes: Value; readonly no: Value };

/** A value that is not one or the other by the row. */
export type Settled = Exclude<Value, { readonly kind: 'choice' }>;

/** What an expression comes to: an error where `error` holds, else the value; without one it always is an error. */
export interface Outcome {
  readonly error: Formula;
  readonly value: Value | undefined;
}

/** What comes to an error whatever the row is. */
export const FAILS: Outcome = { error: true, value: undefined };

/** A value without errors. */
export function always(value: Value): Outcome {
  return { error: false, value };
}

/** A truth value without errors. */
export function truth(when: Formula): Outcome {
  return always({ kind: 'bool', when });
}

/** The value, but an error where `error` holds. */
export function unless(error: Formula, value: Value): Outcome {
  return error === true ? FAILS : { error, value };
}

/** The one outcome where a condition holds, else the other. */
export function choose(when: Formula, yes: Outcome, no: Outcome): Outcome {
  if (typeof when === 'boolean') return when ? yes : no;
  const error = either(when, yes.error, no.error);
  if (yes.value === undefined || no.value === undefined) return { error, value: yes.value ?? no.value };
  if (yes.value.kind === 'bool' && no.value.kind === 'bool')
    return { error, value: { kind: 'bool', when: either(when, yes.value.when, no.value.when) } };
  return { error, value: { kind: 'choice', when, yes: yes.value, no: no.value } };
}

/** Two addresses or decimals of different spelling that may be the same, as Cedar itself compares them. */
export type SameExtension = (left: Settled, right: Settled) => boolean;

/** Whether two values are the same. Values of different kinds are different, which is no error. */
export function same(left: Value, right: Value, sameExtension: SameExtension): Formula {
  const equal = (one: Value, other: Value): Formula => same(one, other, sameExtension);
  if (left.kind === 'choice') return either(left.when, equal(left.yes, right), equal(left.no, right));
  if (right.kind === 'choice') return same(right, left, sameExtension);
  if (isSet(left) && isSet(right))
    return and(hasAll(left, right, sameExtension), hasAll(right, left, sameExtension));
  if (left.kind === 'bool' && right.kind === 'bool') return either(left.when, right.when, not(right.when));
  if (left.kind === 'string' && right.kind === 'string') return sameText(left.term, right.term);
  if (left.kind === 'entity' && right.kind === 'entity')
    return left.type === right.type && sameText(left.id, right.id);
  if (left.kind === 'extension' && right.kind === 'extension')
    return left.fn === right.fn && sameExtension(left, right);
  if (left.kind === 'record' && right.kind === 'record') {
    if (left.fields.size !== right.fields.size) return false;
    return and(
      ...[...left.fields].map(([name, value]) => {
        const other = right.fields.get(name);
        return other !== undefined && equal(value, other);
      }),
    );
  }
  return isNumber(left) && isNumber(right) && left.kind === right.kind && compare('=', left.term, right.term);
}

type SetValue = Extract<Value, { readonly kind: 'set' | 'column-set' }>;
type NumberValue = Extract<Value, { readonly kind: 'long' | 'datetime' | 'duration' }>;

/** Whether it is a set. */
export function isSet(value: Value): value is SetValue {
  return value.kind === 'set' || value.kind === 'column-set';
}

/** Whether it counts something. */
export function isNumber(value: Value): value is NumberValue {
  return value.kind === 'long' || value.kind === 'datetime' || value.kind === 'duration';
}

/** Whether a set has a value. Two lists of a row are of different types and have nothing in common. */
export function has(set: SetValue, value: Value, sameExtension: SameExtension): Formula {
  if (set.kind === 'set') return or(...set.items.map((item) => same(item, value, sameExtension)));
  if (value.kind === 'choice')
    return either(value.when, has(set, value.yes, sameExtension), has(set, value.no, sameExtension));
  const text = textIn(set, value);
  return text !== undefined && member(text, set.column);
}

/** Whether a set has every value of another. */
export function hasAll(set: SetValue, others: SetValue, sameExtension: SameExtension): Formula {
  if (others.kind === 'set') return and(...others.items.map((item) => has(set, item, sameExtension)));
  if (set.kind === 'set') return allWithin(others, set.items);
  return set.column.name === others.column.name || within(others.column, []);
}

/** Items that are one or the other by the row make two questions. */
function allWithin(set: Extract<SetValue, { kind: 'column-set' }>, items: readonly Value[]): Formula {
  const at = items.findIndex(({ kind }) => kind === 'choice');
  const choice = items[at];
  if (choice?.kind === 'choice')
    return either(
      choice.when,
      allWithin(set, items.with(at, choice.yes)),
      allWithin(set, items.with(at, choice.no)),
    );
  return within(
    set.column,
    items.map((item) => textIn(set, item)).filter((text) => text !== undefined),
  );
}

/** As what a value would stand in the list; undefined where it cannot. */
function textIn(set: Extract<SetValue, { kind: 'column-set' }>, value: Value): TextTerm | undefined {
  if (set.type === null) return value.kind === 'string' ? value.term : undefined;
  return value.kind === 'entity' && value.type === set.type ? value.id : undefined;
}

/** Whether two sets have a value in common. */
export function meets(set: SetValue, other: SetValue, sameExtension: SameExtension): Formula {
  if (other.kind === 'set') return or(...other.items.map((item) => has(set, item, sameExtension)));
  if (set.kind === 'set') return meets(other, set, sameExtension);
  return set.column.name === other.column.name && not(within(set.column, []));
}

/** Whether a set has nothing in it. */
export function isEmpty(set: SetValue): Formula {
  return set.kind === 'set' ? set.items.length === 0 : within(set.column, []);
}
