import {
  isList,
  isRecord,
  sameValue,
  without,
  type Document,
  type DocumentValue,
} from '../documents/document.ts';
import { readSingle, readValue, requireOnePrimary } from '../documents/read-value.ts';
import type { Filter } from '../filter/filter.ts';
import { scimRefusal } from '../scim-refusal.ts';
import { findSub } from '../schemas/find-attribute.ts';
import type { Attribute } from '../schemas/attribute.ts';
import type { PatchTarget } from './parse-patch-path.ts';
import type { PatchOperation } from './read-patch.ts';

type Target = Extract<PatchTarget, { kind: 'attribute' }>;
type Values = readonly DocumentValue[];

/** The values of a list after one operation on it; undefined where none is left. */
export function patchList(
  present: DocumentValue | undefined,
  op: PatchOperation['op'],
  value: unknown,
  target: Target,
): DocumentValue | undefined {
  const values: Values = isList(present) ? present : [];
  const after =
    target.filter === null && target.sub === null
      ? patchAll(values, op, value, target)
      : patchChosen(values, op, value, target);
  requireOnePrimary(after, target.path);
  return after.length === 0 ? undefined : after;
}

function patchAll(values: Values, op: PatchOperation['op'], value: unknown, target: Target): Values {
  const { attribute, path } = target;
  if (op === 'remove') {
    // Entra removes members by value instead of by path; the letter of the RFC would empty the group.
    if (value === undefined || value === null) return [];
    const gone = listOf(readValue(attribute, value, path));
    return values.filter((one) => !gone.some((other) => isMeant(one, other)));
  }
  const read = listOf(readValue(attribute, value, path));
  if (op === 'replace') return distinct(attribute, read);
  return asOnlyPrimary(distinct(attribute, [...values, ...read]), read);
}

function patchChosen(values: Values, op: PatchOperation['op'], value: unknown, target: Target): Values {
  const { attribute, filter, sub, path } = target;
  const isChosen = (one: DocumentValue) => filter === null || filter.matches(one);
  if (op === 'remove')
    return sub === null
      ? values.filter((one) => !isChosen(one))
      : values.map((one) => (isChosen(one) && isRecord(one) ? without(one, sub.name) : one)).filter(hasParts);
  const patch = (one: DocumentValue): DocumentValue => patchOne(attribute, sub, one, op, value, path);
  if (values.some(isChosen)) {
    const changed = values.map((one) => (isChosen(one) ? patch(one) : one));
    return asOnlyPrimary(
      distinct(attribute, changed.filter(hasParts)),
      changed.filter((_, at) => isChosen(values[at] ?? '')),
    );
  }
  // Entra replaces what it takes to be there: a value that its filter describes is added (as scim-patch and others do).
  const seed = filter === null ? undefined : describedBy(attribute, filter.says);
  if (seed === undefined)
    throw scimRefusal('noTarget', `Nothing is at ${path}. Nothing of the whole PATCH was done.`, path);
  const added = patchOne(attribute, sub, seed, 'add', value, path);
  return asOnlyPrimary(distinct(attribute, [...values, added]), [added]);
}

function patchOne(
  attribute: Attribute,
  sub: Attribute | null,
  one: DocumentValue,
  op: PatchOperation['op'],
  value: unknown,
  path: string,
): DocumentValue {
  const parts: Document = isRecord(one) ? one : {};
  if (sub !== null) {
    const read = readValue(sub, value, path);
    return read === undefined ? without(parts, sub.name) : { ...parts, [sub.name]: read };
  }
  const read = readSingle(attribute, value, path);
  if (!isRecord(read)) return op === 'replace' ? {} : parts;
  return op === 'replace' ? read : { ...parts, ...read };
}

/** The value that a filter of equalities describes, as `{type: "work"}` by `type eq "work"`; undefined for any other. */
function describedBy(attribute: Attribute, filter: Filter): Document | undefined {
  if (filter.op === 'and') {
    const parts = filter.parts.map((part) => describedBy(attribute, part));
    return parts.some((part) => part === undefined) ? undefined : (Object.assign({}, ...parts) as Document);
  }
  if (filter.op !== 'eq' || filter.value === null) return undefined;
  const sub = findSub(attribute, filter.path.name);
  const read = sub && sub.mutability !== 'readOnly' ? readValue(sub, filter.value, sub.name) : undefined;
  return sub === undefined || read === undefined ? undefined : { [sub.name]: read };
}

/** What stands there already is not added again; a member is one by its id alone. */
function distinct(attribute: Attribute, values: Values): Values {
  if (attribute.name !== 'members')
    return values.filter((one, at) => values.findIndex((other) => sameValue(one, other)) === at);
  const seen = new Set<unknown>();
  return values.filter((one) => {
    const id = isRecord(one) ? one['value'] : undefined;
    return !seen.has(id) && seen.add(id) !== undefined;
  });
}

/** A new primary value takes the place of the old one (RFC 7644 section 3.5.2). */
function asOnlyPrimary(values: Values, fresh: Values): Values {
  const isPrimary = (one: DocumentValue) => isRecord(one) && one['primary'] === true;
  if (!fresh.some(isPrimary)) return values;
  return values.map((one) =>
    isRecord(one) && isPrimary(one) && !fresh.some((other) => sameValue(one, other))
      ? { ...one, primary: false }
      : one,
  );
}

/** Whether a value in a remove means one that is there: by its `value`, else by all of its parts. */
function isMeant(present: DocumentValue, meant: DocumentValue): boolean {
  if (!isRecord(present) || !isRecord(meant)) return sameValue(present, meant);
  return Object.entries(meant).every(
    ([name, part]) => name === '$ref' || name === 'display' || sameValue(present[name], part),
  );
}

function hasParts(one: DocumentValue): boolean {
  return !isRecord(one) || Object.keys(one).length > 0;
}

function listOf(value: DocumentValue | undefined): Values {
  return value === undefined ? [] : isList(value) ? value : [value];
}
