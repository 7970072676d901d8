/** Functions of Cedar's extensions: instants are calculated here, addresses and decimals are asked of Cedar itself. */
import { isAuthorized, type Expr } from '@cedar-policy/cedar-wasm/nodejs';
import { not, type NumberTerm } from './formula.ts';
import { calculate, compare, divide, fits } from './atoms.ts';
import { readDatetime, readDuration } from './cedar-instants.ts';
import { always, FAILS, isNumber, truth, unless, type Outcome, type Settled } from './value.ts';
import { Unlistable } from './unlistable.ts';

const DAY_MS = 86_400_000n;
const CONSTRUCTORS = ['ip', 'decimal', 'datetime', 'duration'];
/** Milliseconds of the units in which a duration is read. */
const READ_IN: Readonly<Record<string, bigint>> = {
  toMilliseconds: 1n,
  toSeconds: 1_000n,
  toMinutes: 60_000n,
  toHours: 3_600_000n,
  toDays: DAY_MS,
};

/** Whether it makes a value of a text. */
export function isConstructor(name: string): boolean {
  return CONSTRUCTORS.includes(name);
}

/**
 * Calls an extension function.
 * @throws Unlistable where it makes an address or the like of a text of the row, which strict policies never do.
 */
export function callExtension(name: string, args: readonly Settled[]): Outcome {
  const [self, other] = args;
  if (self === undefined) return FAILS;
  if (isConstructor(name)) return construct(name, self);
  if (self.kind === 'datetime') return onInstant(name, self.term, other);
  if (self.kind === 'duration') {
    const unit = READ_IN[name];
    return unit === undefined ? FAILS : always({ kind: 'long', term: divide(self.term, unit, 'zero') });
  }
  const exprs = args.map(exprOf);
  if (!exprs.every((expr) => expr !== undefined)) return FAILS;
  const answer = askCedar({ [name]: exprs } as Expr);
  return answer === undefined ? FAILS : truth(answer);
}

function construct(fn: string, { kind, ...text }: Settled): Outcome {
  if (kind !== 'string' || !('term' in text)) return FAILS;
  const { term } = text;
  if (typeof term !== 'string') throw new Unlistable(`${fn}() is given a text of the recording.`);
  if (fn === 'datetime' || fn === 'duration') {
    const ms = fn === 'datetime' ? readDatetime(term) : readDuration(term);
    return ms === undefined ? FAILS : always({ kind: fn, term: ms });
  }
  const value = { kind: 'extension', fn, arg: term } as const;
  return sameExtension(value, value) ? always(value) : FAILS;
}

function onInstant(name: string, ms: NumberTerm, other: Settled | undefined): Outcome {
  if (name === 'offset' && other?.kind === 'duration')
    return bounded('datetime', calculate('+', ms, other.term));
  if (name === 'durationSince' && other?.kind === 'datetime')
    return bounded('duration', calculate('-', ms, other.term));
  const midnight = calculate('*', divide(ms, DAY_MS, 'down'), DAY_MS);
  if (name === 'toDate') return bounded('datetime', midnight);
  if (name === 'toTime') return always({ kind: 'duration', term: calculate('-', ms, midnight) });
  return FAILS;
}

/** A number that is an error where it is more than 64 bits hold. */
export function bounded(kind: 'long' | 'datetime' | 'duration', term: NumberTerm): Outcome {
  return unless(not(fits(term)), { kind, term });
}

/** How one number stands to another; an error where they count different things. */
export function compareValues(by: '<' | '<=' | '>' | '>=', left: Settled, right: Settled): Outcome {
  if (!isNumber(left) || !isNumber(right) || left.kind !== right.kind) return FAILS;
  if (by === '<' || by === '<=') return truth(compare(by, left.term, right.term));
  return truth(compare(by === '>' ? '<' : '<=', right.term, left.term));
}

/** Whether two addresses or decimals are the same; false where one cannot be read. */
export function sameExtension(left: Settled, right: Settled): boolean {
  const [one, other] = [exprOf(left), exprOf(right)];
  return one !== undefined && other !== undefined && askCedar({ '==': { left: one, right: other } }) === true;
}

/** Functions of addresses and decimals take nothing else. */
function exprOf(value: Settled): Expr | undefined {
  return value.kind === 'extension' ? ({ [value.fn]: [{ Value: value.arg }] } as Expr) : undefined;
}

const MOST_ANSWERS = 4_096;
const answers = new Map<string, boolean | undefined>();

/** What Cedar says of an expression without variables; undefined where it is an error. */
function askCedar(expr: Expr): boolean | undefined {
  const key = JSON.stringify(expr);
  if (answers.has(key)) return answers.get(key);
  const nobody = { type: 'Nobody', id: '' };
  const answer = isAuthorized({
    principal: nobody,
    action: { type: 'Action', id: '' },
    resource: nobody,
    context: {},
    entities: [],
    policies: {
      staticPolicies: {
        asked: {
          effect: 'permit',
          principal: { op: 'All' },
          action: { op: 'All' },
          resource: { op: 'All' },
          conditions: [{ kind: 'when', body: expr }],
        },
      },
    },
  });
  const failed = answer.type === 'failure' || answer.response.diagnostics.errors.length > 0;
  const said = failed ? undefined : answer.response.decision === 'allow';
  if (answers.size >= MOST_ANSWERS) answers.clear();
  answers.set(key, said);
  return said;
}
