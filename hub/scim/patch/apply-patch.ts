import {
  isList,
  isRecord,
  sameValue,
  without,
  type Document,
  type DocumentValue,
} from '../documents/document.ts';
import { readExtension, requireWhole } from '../documents/read-document.ts';
import { readValue } from '../documents/read-value.ts';
import { scimRefusal } from '../scim-refusal.ts';
import type { ResourceType } from '../schemas/attribute.ts';
import { patchList } from './patch-list.ts';
import { parsePatchPath, type PatchTarget } from './parse-patch-path.ts';
import type { PatchOperation } from './read-patch.ts';

type AttributeTarget = Extract<PatchTarget, { kind: 'attribute' }>;

/**
 * The document after all operations (RFC 7644 section 3.5.2). All of them are right, or this throws and there is no document:
 * nothing is done by halves, and nothing is passed over. Pure.
 * @throws HoldfastError `invalid_input` with the SCIM type.
 */
export function applyPatch(
  type: ResourceType,
  before: Document,
  operations: readonly PatchOperation[],
): Document {
  let document = before;
  for (const operation of operations) document = applyOne(type, document, operation);
  requireWhole(type, document);
  return document;
}

function applyOne(type: ResourceType, document: Document, operation: PatchOperation): Document {
  const { path, value } = operation;
  if (path !== undefined) return applyAt(type, document, operation, path);
  // Without a path the value is a part of the resource; Entra writes paths as its names, Okta repeats the id.
  if (!isRecord(value))
    throw scimRefusal(
      'invalidValue',
      'Without a path the value must be an object. Nothing of the whole PATCH was done.',
    );
  return Object.entries(value).reduce(
    (so, [name, part]) =>
      isRepeated(so, name, part) ? so : applyAt(type, so, { ...operation, value: part }, name),
    document,
  );
}

/** Id, schemas and meta as they are say nothing. */
function isRepeated(document: Document, name: string, value: unknown): boolean {
  const known = ['id', 'schemas', 'meta'].find((one) => one === name.toLowerCase());
  return known === 'schemas' || known === 'meta' || (known === 'id' && value === document['id']);
}

function applyAt(type: ResourceType, document: Document, operation: PatchOperation, path: string): Document {
  const target = parsePatchPath(type, path);
  if (target.kind === 'extension') return patchExtension(type, document, operation, target.urn);
  requireMutable(operation, target);
  if (target.attribute.returned === 'never') return document; // taken and thrown away
  if (target.extension === null) return patchIn(document, operation, target);
  const inside = document[target.extension];
  const after = patchIn(isRecord(inside) ? inside : {}, operation, target);
  return put(document, target.extension, Object.keys(after).length === 0 ? undefined : after);
}

function patchExtension(
  type: ResourceType,
  document: Document,
  { op, value }: PatchOperation,
  urn: string,
): Document {
  if (op === 'remove' || value === null) return without(document, urn);
  if (!isRecord(value)) throw scimRefusal('invalidValue', `${urn} must be an object.`, urn);
  readExtension(type, urn, value); // refuses what is not of its form, before anything is taken over
  return Object.entries(value)
    .filter(([name]) => name.toLowerCase() !== 'schemas')
    .reduce(
      (so, [name, part]) => applyAt(type, so, { op, path: undefined, value: part }, `${urn}:${name}`),
      document,
    );
}

function patchIn(place: Document, { op, value }: PatchOperation, target: AttributeTarget): Document {
  const { attribute, sub, path } = target;
  const present = place[attribute.name];
  if (attribute.multiValued) return put(place, attribute.name, patchList(present, op, value, target));
  if (sub !== null) {
    const parts = isRecord(present) ? present : {};
    const after = put(parts, sub.name, op === 'remove' ? undefined : readValue(sub, value, path));
    return put(place, attribute.name, Object.keys(after).length === 0 ? undefined : after);
  }
  const read = op === 'remove' ? undefined : readValue(attribute, value, path);
  // Parts that the value does not name stay (section 3.5.2.3).
  const merged = isRecord(read) && isRecord(present) ? { ...present, ...read } : read;
  return put(place, attribute.name, withoutNulls(merged, value));
}

/** A part that is set to null is unassigned. */
function withoutNulls(merged: DocumentValue | undefined, value: unknown): DocumentValue | undefined {
  if (!isRecord(merged) || typeof value !== 'object' || value === null) return merged;
  const nulls = new Set(
    Object.entries(value)
      .filter(([, part]) => part === null)
      .map(([name]) => name.toLowerCase()),
  );
  const kept = Object.entries(merged).filter(([name]) => !nulls.has(name.toLowerCase()));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function requireMutable({ op }: PatchOperation, { attribute, filter, sub, path }: AttributeTarget): void {
  const isKept =
    [attribute, sub].some((one) => one?.mutability === 'readOnly') || sub?.mutability === 'immutable';
  const isLost = op === 'remove' && attribute.required && filter === null && sub === null;
  if (!isKept && !isLost) return;
  throw scimRefusal('mutability', `${path} cannot be changed. Nothing of the whole PATCH was done.`, path);
}

/** The document with that member, or without it where it is unassigned. */
function put(document: Document, name: string, value: DocumentValue | undefined): Document {
  if (value === undefined || (isList(value) && value.length === 0))
    return name in document ? without(document, name) : document;
  return sameValue(document[name], value) ? document : { ...document, [name]: value };
}
