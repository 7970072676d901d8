import { isList, isRecord, type Document, type DocumentValue } from '../documents/document.ts';
import { scimRefusal } from '../scim-refusal.ts';
import { findAttribute, findSub, type AttributePath } from '../schemas/find-attribute.ts';
import type { Attribute, ResourceType } from '../schemas/attribute.ts';
import type { Comparable, Comparison, Filter } from './filter.ts';
import { printPath } from './print-filter.ts';

/** Whether a document, or a value of a list, fits. */
export type Matches = (value: DocumentValue | Document) => boolean;

/**
 * Makes a filter ready for documents of a type. @throws HoldfastError `invalid_input` (invalidFilter) for an attribute that the
 * type does not have, or that cannot be compared in that way.
 */
export function matchFilter(type: ResourceType, filter: Filter): Matches {
  return compile(filter, (path) => {
    const found = findAttribute(type, path);
    if (found === undefined) throw unknownAttribute(path);
    const { extension, attribute, sub } = found;
    const read = (document: DocumentValue | Document): DocumentValue | undefined => {
      const place = extension === null ? document : partOf(document, extension);
      return partOf(place, attribute.name);
    };
    return valuesAt(attribute, sub, read);
  });
}

/** The same for one value of a list, as in `emails[type eq "work"]`. */
export function matchValue(list: Attribute, filter: Filter): Matches {
  return compile(filter, (path) => {
    const sub = path.urn === null && path.sub === null ? findSub(list, path.name) : undefined;
    if (sub === undefined) throw unknownAttribute(path);
    return valuesAt(sub, null, (value) => partOf(value, sub.name));
  });
}

interface Values {
  /** Of which the compared value is. */
  readonly leaf: Attribute;
  /** The attribute that the path names. */
  readonly named: Attribute;
  readonly plain: (document: DocumentValue | Document) => readonly DocumentValue[];
  readonly whole: (document: DocumentValue | Document) => readonly DocumentValue[];
}

/** What is compared: the sub-attribute, or the `value` of each value of a list. */
function valuesAt(
  attribute: Attribute,
  sub: Attribute | null,
  read: (document: DocumentValue | Document) => DocumentValue | undefined,
): Values {
  const whole: Values['whole'] = (document) => {
    const value = read(document);
    return value === undefined ? [] : isList(value) ? value : [value];
  };
  const inner = sub ?? (attribute.type === 'complex' ? findSub(attribute, 'value') : undefined);
  const plain: Values['plain'] =
    inner === undefined
      ? whole
      : (document) =>
          whole(document)
            .map((value) => partOf(value, inner.name))
            .filter((value) => value !== undefined);
  return { leaf: inner ?? attribute, named: attribute, plain, whole: sub === null ? whole : plain };
}

function compile(filter: Filter, resolve: (path: AttributePath) => Values): Matches {
  switch (filter.op) {
    case 'and':
    case 'or': {
      const parts = filter.parts.map((part) => compile(part, resolve));
      return filter.op === 'and'
        ? (value) => parts.every((part) => part(value))
        : (value) => parts.some((part) => part(value));
    }
    case 'not': {
      const inner = compile(filter.filter, resolve);
      return (value) => !inner(value);
    }
    case 'pr': {
      const { whole } = resolve(filter.path);
      return (value) => whole(value).some((one) => one !== '');
    }
    case 'has': {
      const { named, whole } = resolve(filter.path);
      if (named.type !== 'complex') throw unknownAttribute(filter.path);
      const inner = matchValue(named, filter.filter);
      return (value) => whole(value).some((one) => inner(one));
    }
    default: {
      const { leaf, plain, whole } = resolve(filter.path);
      // Compared with null: unassigned (RFC 7643 section 2.5).
      if (filter.value === null) return compareNull(filter.op, whole);
      const fits = compare(leaf, filter.op, filter.value);
      return filter.op === 'ne'
        ? (value) => !plain(value).some((one) => fits(one))
        : (value) => plain(value).some((one) => fits(one));
    }
  }
}

function compareNull(op: Comparison, whole: Values['whole']): Matches {
  if (op !== 'eq' && op !== 'ne')
    throw scimRefusal('invalidFilter', 'null can only be compared by eq and ne.');
  return (value) => (whole(value).length === 0) === (op === 'eq');
}

/** How one value is compared; `ne` is the opposite of `eq` over all values, so both are the same here. */
function compare(leaf: Attribute, op: Comparison, wanted: Exclude<Comparable, null>) {
  if (leaf.type === 'boolean') {
    const right = typeof wanted === 'string' ? wanted.toLowerCase() === 'true' : wanted;
    const isBoolean = typeof wanted === 'boolean' || /^(true|false)$/i.test(String(wanted));
    if (!isBoolean || (op !== 'eq' && op !== 'ne'))
      throw scimRefusal('invalidFilter', `${leaf.name} is true or false, and compared by eq and ne.`);
    return (value: DocumentValue) => value === right;
  }
  if (leaf.type === 'complex' || typeof wanted !== 'string')
    throw scimRefusal('invalidFilter', `${leaf.name} cannot be compared with a value of this type.`);
  if (leaf.type === 'dateTime' && !['co', 'sw', 'ew'].includes(op)) return compareTime(leaf, op, wanted);
  const fold = (text: string) => (leaf.caseExact ? text : text.toLowerCase());
  const right = fold(wanted);
  return (value: DocumentValue) => typeof value === 'string' && TEXT[op](fold(value), right);
}

function compareTime(leaf: Attribute, op: Comparison, wanted: string) {
  const right = Date.parse(wanted);
  if (Number.isNaN(right))
    throw scimRefusal('invalidFilter', `${leaf.name} is compared with a date and time.`);
  return (value: DocumentValue) => {
    const left = Date.parse(String(value));
    return ORDER[op]?.(left < right ? -1 : left > right ? 1 : 0) ?? false;
  };
}

const ORDER: Partial<Record<Comparison, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order === 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

const TEXT: Record<Comparison, (left: string, right: string) => boolean> = {
  eq: (left, right) => left === right,
  ne: (left, right) => left === right,
  co: (left, right) => left.includes(right),
  sw: (left, right) => left.startsWith(right),
  ew: (left, right) => left.endsWith(right),
  gt: (left, right) => left > right,
  ge: (left, right) => left >= right,
  lt: (left, right) => left < right,
  le: (left, right) => left <= right,
};

function partOf(value: DocumentValue | Document | undefined, name: string): DocumentValue | undefined {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function unknownAttribute(path: AttributePath) {
  return scimRefusal(
    'invalidFilter',
    `There is no attribute ${printPath(path).slice(0, 200)} to filter by here; /scim/v2/Schemas lists them.`,
  );
}
