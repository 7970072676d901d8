/**
 * Random expressions over the whole of what the schema can express. One in twenty is of a wrong type, and optional attributes
 * are often read without asking for them first: policies that err are skipped, and that must be so in lists too.
 */
import type { Expr } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { binaryOf, call, get, KINDS, LEAVES, oneOf, type Arb, type Kind } from './random-leaves.ts';

const patterns = fc.array(
  fc.oneof(
    fc.constant('Wildcard' as const),
    fc.constantFrom('s', 'al', '*', '%', '_', '\\', 'eu', '\0').map((Literal) => ({ Literal })),
  ),
  { maxLength: 4 },
);

/** Expressions of each type, the deeper the fewer. */
const depth = fc.createDepthIdentifier();

export const typed = fc.letrec<Record<Kind, Expr>>((tie) => {
  const kind = (name: Kind): Arb =>
    fc.oneof(
      { depthIdentifier: depth, maxDepth: 3, withCrossShrink: true },
      { arbitrary: LEAVES[name], weight: 3 },
      {
        arbitrary: tie(name) as Arb,
        weight: 2,
      },
    );
  const any = fc.oneof(...KINDS.map((name) => LEAVES[name]));
  const of = (name: Kind): Arb =>
    fc.oneof({ weight: 19, arbitrary: kind(name) }, { weight: 1, arbitrary: any });
  const ternary = (name: Kind): Arb =>
    fc
      .tuple(of('bool'), of(name), of(name))
      .map(([test, then, otherwise]) => ({ 'if-then-else': { if: test, then, else: otherwise } }));
  const field = (name: Kind): Arb =>
    fc
      .tuple(of(name), fc.boolean())
      .map(([inner, there]) => get({ Record: { [there ? 'a' : 'b']: inner } }, 'a'));
  const set = (name: Kind): Arb =>
    fc.array(of(name), { maxLength: 3 }).map((items) => ({ Set: items }) as Expr);
  const entity = fc.oneof(of('user'), of('recording'), LEAVES.group);
  return {
    bool: fc.oneof(
      binaryOf(['&&', '||'], of('bool'), of('bool')),
      of('bool').map((arg): Expr => ({ '!': { arg } })),
      ternary('bool'),
      binaryOf(['==', '!='], of('string'), of('string')),
      binaryOf(['==', '!='], of('texts'), of('texts')),
      binaryOf(['==', '!='], of('users'), of('users')),
      binaryOf(['==', '!='], of('address'), of('address')),
      binaryOf(['==', '!='], of('bool'), of('bool')),
      binaryOf(['==', '!=', 'in'], entity, entity),
      binaryOf(['in'], entity, fc.oneof(of('users'), set('group'))),
      binaryOf(['==', '<', '<=', '>', '>='], of('long'), of('long')),
      binaryOf(['==', '!=', '<', '<=', '>', '>='], of('datetime'), of('datetime')),
      binaryOf(['==', '<', '<=', '>', '>='], of('duration'), of('duration')),
      binaryOf(['contains'], of('texts'), of('string')),
      binaryOf(['contains'], of('users'), of('user')),
      binaryOf(['containsAll', 'containsAny'], of('texts'), of('texts')),
      binaryOf(['containsAll', 'containsAny'], of('users'), of('users')),
      fc.oneof(of('texts'), of('users')).map((arg): Expr => ({ isEmpty: { arg } })),
      fc.tuple(of('string'), patterns).map(([left, pattern]): Expr => ({ like: { left, pattern } })),
      fc
        .tuple(entity, oneOf(['User', 'Recording', 'Group', 'Tenant']), fc.option(entity, { nil: undefined }))
        .map(([left, type, inside]): Expr => ({
          is: { left, entity_type: type, ...(inside && { in: inside }) },
        })),
      fc.tuple(oneOf(['isInRange']), of('address'), of('address')).map(([fn, ...args]) => call(fn, ...args)),
      fc.tuple(oneOf(['isIpv4', 'isLoopback']), of('address')).map(([fn, arg]) => call(fn, arg)),
      fc
        .tuple(oneOf(['lessThan', 'greaterThanOrEqual']), LEAVES.decimal, LEAVES.decimal)
        .map(([fn, ...args]) => call(fn, ...args)),
      binaryOf(['hasTag', 'getTag'], entity, of('string')),
    ),
    string: fc.oneof(ternary('string'), field('string')),
    long: fc.oneof(
      binaryOf(['+', '-', '*'], of('long'), of('long')),
      of('long').map((arg): Expr => ({ neg: { arg } })),
      fc
        .tuple(oneOf(['toMilliseconds', 'toSeconds', 'toHours', 'toDays']), of('duration'))
        .map(([fn, arg]) => call(fn, arg)),
      ternary('long'),
    ),
    datetime: fc.oneof(
      fc.tuple(of('datetime'), of('duration')).map(([at, by]) => call('offset', at, by)),
      of('datetime').map((at) => call('toDate', at)),
      ternary('datetime'),
    ),
    duration: fc.oneof(
      fc.tuple(of('datetime'), of('datetime')).map(([at, since]) => call('durationSince', at, since)),
      of('datetime').map((at) => call('toTime', at)),
      ternary('duration'),
    ),
    user: ternary('user'),
    recording: ternary('recording'),
    group: ternary('group'),
    address: ternary('address'),
    decimal: ternary('decimal'),
    texts: fc.oneof(set('string'), ternary('texts')),
    users: fc.oneof(set('user'), ternary('users')),
  };
});
