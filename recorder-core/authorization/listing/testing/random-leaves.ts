/** The simplest expressions of each type, over small pools of values, so that comparisons often hold. */
import type { Expr } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { ROLES } from '../../../policy/access.ts';

export const uuid = (n: number): string => `0199a000-0000-7000-8000-00000000000${n}`;
export const USERS = [uuid(1), uuid(2), uuid(3), uuid(4)];
export const GRANTS = [uuid(7), uuid(8), uuid(9)];
export const RECORDINGS = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `0199b000-0000-7000-8000-00000000000${n}`);
export const TEXTS = [
  'sales',
  'hr',
  'eu-central',
  'us-east',
  'sal*%_\\s',
  'Sales',
  '',
  'siprec',
  'a\u0000b',
  '😀',
];
export const STORED = TEXTS.filter((text) => text !== '' && !text.includes('\0'));
export const CLASSIFICATIONS = ['hr', 'sales', 'public'];
export const NOW_MS = Date.parse('2026-11-27T10:00:00.000Z');
export const DAY_MS = 86_400_000;
export const INSTANTS = [NOW_MS, NOW_MS - DAY_MS, NOW_MS - 1, NOW_MS - 30 * DAY_MS, -1, 0];
export const ADDRESSES = ['10.0.0.1', '10.1.2.0/24', '::1', '127.0.0.1/8', 'nowhere'];

export const value = (json: unknown): Expr => ({ Value: json }) as Expr;
export const uid = (type: string, id: string): Expr => value({ __entity: { type, id } });
export const variable = (name: 'principal' | 'resource' | 'context' | 'action'): Expr => ({ Var: name });
export const get = (left: Expr, attr: string): Expr => ({ '.': { left, attr } });
export const call = (fn: string, ...args: Expr[]): Expr => ({ [fn]: args }) as Expr;
export const binary = (op: string, left: Expr, right: Expr): Expr =>
  ({ [op]: { left, right } }) as unknown as Expr;

export type Arb = fc.Arbitrary<Expr>;
export const oneOf = (items: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...items);
export const binaryOf = (ops: readonly string[], left: Arb, right: Arb): Arb =>
  fc.tuple(oneOf(ops), left, right).map(([op, one, other]) => binary(op, one, other));

const datetimes = fc
  .constantFrom(
    '2026-11-27',
    '2026-11-26T10:00:00Z',
    '2026-11-27T11:00:00.000+0100',
    '2024-02-30',
    '1970-01-01',
  )
  .map((text) => call('datetime', value(text)));
const durations = fc
  .constantFrom('1d', '-1d2h', '0ms', '30d', '1h1h', '24h', '106751991167d')
  .map((text) => call('duration', value(text)));

export const KINDS = [
  'bool',
  'string',
  'long',
  'datetime',
  'duration',
  'user',
  'recording',
  'group',
  'address',
  'decimal',
  'texts',
  'users',
] as const;
export type Kind = (typeof KINDS)[number];

export const resource = variable('resource');
export const principal = variable('principal');
export const context = variable('context');
export const somebody = fc.oneof(
  fc.constant(principal),
  oneOf(USERS).map((id) => uid('User', id)),
);
export const someRecording = fc.oneof(
  { weight: 3, arbitrary: fc.constant(resource) },
  { weight: 1, arbitrary: oneOf(RECORDINGS).map((id) => uid('Recording', id)) },
);

/** Simplest expressions of each type: constants and attributes. */
export const LEAVES: Readonly<Record<Kind, Arb>> = {
  bool: fc.oneof(
    oneOf(GRANTS).map((id) => binary('contains', get(resource, 'grants'), value(id))),
    fc.boolean().map(value),
    fc.tuple(someRecording, oneOf(['restricted', 'held'])).map(([thing, name]) => get(thing, name)),
    fc
      .tuple(someRecording, oneOf(['department', 'classification', 'region', 'size']))
      .map(([left, attr]): Expr => ({ has: { left, attr } })),
    fc
      .tuple(somebody, oneOf(['department', 'job', 'x']))
      .map(([left, attr]): Expr => ({ has: { left, attr } })),
    oneOf(['purpose', 'region', 'stepUpAgeMs']).map((attr): Expr => ({ has: { left: context, attr } })),
    fc
      .tuple(oneOf(['==', '!=']), oneOf(['department', 'classification']), oneOf(TEXTS))
      .map(([op, name, text]) => binary(op, get(resource, name), value(text))),
    fc
      .tuple(oneOf(['department', 'classification']), oneOf(TEXTS))
      .map(([attr, text]) =>
        binary('&&', { has: { left: resource, attr } }, binary('==', get(resource, attr), value(text))),
      ),
  ),
  string: fc.oneof(
    oneOf(TEXTS).map(value),
    fc
      .tuple(
        someRecording,
        oneOf(['region', 'department', 'classification', 'retentionClass', 'source', 'department']),
      )
      .map(([thing, name]) => get(thing, name)),
    fc.tuple(somebody, oneOf(['department', 'job', 'role', 'kind'])).map(([who, name]) => get(who, name)),
    oneOf(['purpose', 'means', 'country', 'region']).map((name) => get(context, name)),
  ),
  long: fc.oneof(
    fc.constantFrom(0, 1, -7, 300_000, Number.MAX_SAFE_INTEGER).map(value),
    fc.constant(get(context, 'stepUpAgeMs')),
  ),
  datetime: fc.oneof(
    datetimes,
    fc.constant(get(context, 'now')),
    someRecording.map((thing) => get(thing, 'startedAt')),
    fc.constant(get(resource, 'startedAt')),
  ),
  duration: durations,
  user: somebody,
  recording: someRecording,
  group: fc.oneof(
    oneOf(TEXTS).map((id) => uid('Group', id)),
    oneOf(ROLES).map((id) => uid('Role', id)),
  ),
  address: fc.oneof(
    oneOf(ADDRESSES).map((text) => call('ip', value(text))),
    fc.constant(get(context, 'address')),
  ),
  decimal: fc.constantFrom('1.0', '1.00', '-2.5', 'x').map((text) => call('decimal', value(text))),
  texts: fc.oneof(fc.array(oneOf(TEXTS), { maxLength: 3 }).map(value), fc.constant(get(principal, 'groups'))),
  users: fc.oneof(
    fc
      .array(oneOf(USERS), { maxLength: 3 })
      .map((ids) => ({ Set: ids.map((id) => uid('User', id)) }) as Expr),
    someRecording.map((thing) => get(thing, 'ownOf')),
    fc.constant(get(resource, 'ownOf')),
  ),
};
