/**
 * Random expressions over the whole of what the schema can express. One in twenty is of a wrong type, and optional attributes
 * are often read without asking for them first: policies that err are skipped, and that must be so in lists too.
 */
import type { Expr } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { binaryOf, call, get, KINDS, LEAVES, oneOf, value, type Arb, type Kind } from './random-leaves.ts';

const patterns = fc.array(
  fc.oneof(
    fc.constant('Wildcard' as const),
    fc.constantFrom('s', 'al', '*', '%', '_', '\\', 'eu', '\0').map((Literal) => ({ Literal })),
  ),
  { maxLength: 4 },
);

/** An expression of a type, one in twenty of another. */
type Of = (name: Kind) => Arb;

const setOf = (items: Arb): Arb => fc.array(items, { maxLength: 3 }).map((each) => ({ Set: each }) as Expr);

/** Read from a record that has it, or has another one. */
const fieldOf = (inner: Arb): Arb =>
  fc.tuple(inner, fc.boolean()).map(([each, there]) => get({ Record: { [there ? 'a' : 'b']: each } }, 'a'));

const depth = fc.createDepthIdentifier();

/** Expressions of each type, the deeper the fewer. */
export const typed = fc.letrec<Record<Kind, Expr>>((tie) => {
  const any = fc.oneof(...KINDS.map((name) => LEAVES[name]));
  const of: Of = (name) => {
    const deeper = { arbitrary: tie(name) as Arb, weight: 2 };
    const right = fc.oneof(
      { depthIdentifier: depth, maxDepth: 3, withCrossShrink: true },
      { arbitrary: LEAVES[name], weight: 3 },
      deeper,
    );
    return fc.oneof({ weight: 19, arbitrary: right }, { weight: 1, arbitrary: any });
  };
  const ternary = (name: Kind): Arb =>
    fc
      .tuple(of('bool'), of(name), of(name))
      .map(([test, then, otherwise]) => ({ 'if-then-else': { if: test, then, else: otherwise } }));
  return {
    bool: fc.oneof(ternary('bool'), ...comparisons(of), ...questions(of), ...structures(of)),
    string: fc.oneof(ternary('string'), fieldOf(of('string'))),
    long: fc.oneof(ternary('long'), ...numbers(of)),
    datetime: fc.oneof(
      ternary('datetime'),
      fc.tuple(of('datetime'), of('duration')).map(([at, by]) => call('offset', at, by)),
      of('datetime').map((at) => call('toDate', at)),
    ),
    duration: fc.oneof(
      ternary('duration'),
      fc.tuple(of('datetime'), of('datetime')).map(([at, since]) => call('durationSince', at, since)),
      of('datetime').map((at) => call('toTime', at)),
    ),
    user: ternary('user'),
    recording: ternary('recording'),
    group: ternary('group'),
    address: ternary('address'),
    decimal: ternary('decimal'),
    texts: fc.oneof(setOf(of('string')), ternary('texts')),
    users: fc.oneof(setOf(of('user')), ternary('users')),
  };
});

function comparisons(of: Of): Arb[] {
  const equal = ['==', '!='];
  const ordered = [...equal, '<', '<=', '>', '>='];
  return [
    ...(['string', 'texts', 'users', 'address', 'decimal', 'bool'] as const).map((name) =>
      binaryOf(equal, of(name), of(name)),
    ),
    ...(['long', 'datetime', 'duration'] as const).map((name) => binaryOf(ordered, of(name), of(name))),
    binaryOf(['contains'], of('texts'), of('string')),
    binaryOf(['contains'], of('users'), of('user')),
    binaryOf(['containsAll', 'containsAny'], of('texts'), of('texts')),
    binaryOf(['containsAll', 'containsAny'], of('users'), of('users')),
  ];
}

function questions(of: Of): Arb[] {
  const entity = fc.oneof(of('user'), of('recording'), LEAVES.group);
  const inside = fc.option(entity, { nil: undefined });
  return [
    binaryOf(['==', '!=', 'in'], entity, entity),
    binaryOf(['in'], entity, fc.oneof(of('users'), setOf(LEAVES.group))),
    fc
      .tuple(entity, oneOf(['User', 'Recording', 'Group', 'Tenant']), inside)
      .map(([left, type, group]): Expr => ({ is: { left, entity_type: type, ...(group && { in: group }) } })),
    binaryOf(['hasTag', 'getTag'], entity, of('string')),
    fc.tuple(of('string'), patterns).map(([left, pattern]): Expr => ({ like: { left, pattern } })),
    fc.tuple(of('address'), of('address')).map((addresses) => call('isInRange', ...addresses)),
    fc.tuple(oneOf(['isIpv4', 'isLoopback']), of('address')).map(([fn, arg]) => call(fn, arg)),
    fc
      .tuple(oneOf(['lessThan', 'greaterThanOrEqual']), of('decimal'), of('decimal'))
      .map(([fn, ...args]) => call(fn, ...args)),
  ];
}

function structures(of: Of): Arb[] {
  const record = fc
    .tuple(of('string'), of('bool'), fc.boolean())
    .map(([a, b, both]): Expr => ({ Record: both ? { a, b: { Record: { c: b } } } : { a } }));
  return [
    binaryOf(['&&', '||'], of('bool'), of('bool')),
    of('bool').map((arg): Expr => ({ '!': { arg } })),
    fc.oneof(of('texts'), of('users')).map((arg): Expr => ({ isEmpty: { arg } })),
    binaryOf(['==', '!='], record, record),
    fc
      .tuple(record, fc.constantFrom<string[]>(['a'], ['b', 'c'], ['a', 'c']))
      .map(([left, attr]) => ({ has: { left, attr } }) as Expr),
    fc
      .constantFrom<string[]>(['department'], ['department', 'x'], ['x', 'y'])
      .map((attr) => ({ has: { left: { Var: 'resource' }, attr } }) as Expr),
  ];
}

function numbers(of: Of): Arb[] {
  const read = oneOf(['toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays']);
  return [
    binaryOf(['+', '-', '*'], of('long'), of('long')),
    of('long').map((arg): Expr => ({ neg: { arg } })),
    fc.tuple(read, of('duration')).map(([fn, arg]) => call(fn, arg)),
    fc.constant(value(1)),
  ];
}
