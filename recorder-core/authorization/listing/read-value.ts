import type { CedarValueJson, EntityUidJson } from '@cedar-policy/cedar-wasm/nodejs';
import { callExtension } from './extensions.ts';
import { Unlistable } from './unlistable.ts';
import { always, FAILS, type Outcome, type Value } from './value.ts';

/**
 * Reads a value of Cedar's JSON; an error where an extension refuses its text.
 * @throws Unlistable for a number that JavaScript cannot hold exactly.
 */
export function readValue(json: CedarValueJson): Outcome {
  if (typeof json === 'boolean') return always({ kind: 'bool', when: json });
  if (typeof json === 'string') return always({ kind: 'string', term: json });
  if (typeof json === 'number') return always({ kind: 'long', term: exact(json) });
  if (json === null) return FAILS;
  if (Array.isArray(json)) {
    const items = allOf(json.map(readValue));
    return items === undefined ? FAILS : always({ kind: 'set', items });
  }
  if ('__entity' in json) return always(entityOf(json as EntityUidJson));
  if ('__extn' in json) return readExtension(json['__extn']);
  const values = allOf(Object.values(json).map(readValue));
  if (values === undefined) return FAILS;
  const names = Object.keys(json);
  return always({ kind: 'record', fields: new Map(values.map((value, at) => [names[at] ?? '', value])) });
}

/** The entity that a uid names. */
export function entityOf(uid: EntityUidJson): Extract<Value, { readonly kind: 'entity' }> {
  const { type, id } = '__entity' in uid ? uid.__entity : uid;
  return { kind: 'entity', type, id };
}

function readExtension(call: CedarValueJson | undefined): Outcome {
  const { fn, arg } = call as { readonly fn: string; readonly arg?: CedarValueJson };
  if (typeof arg !== 'string') throw new Unlistable(`A value of ${fn} is written in a way that is not read.`);
  return callExtension(fn, [{ kind: 'string', term: arg }]);
}

function exact(number: number): bigint {
  if (!Number.isSafeInteger(number))
    throw new Unlistable(`The number ${number} is too large to be read exactly.`);
  return BigInt(number);
}

/** The values of outcomes; undefined where one of them is an error. */
function allOf(outcomes: readonly Outcome[]): Value[] | undefined {
  const values = outcomes.map(({ value }) => value);
  return values.every((value) => value !== undefined) ? values : undefined;
}
