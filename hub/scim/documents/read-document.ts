import { scimRefusal } from '../scim-refusal.ts';
import { findAttribute, findSchema } from '../schemas/find-attribute.ts';
import type { ResourceType } from '../schemas/attribute.ts';
import { isRecord, type Document, type DocumentValue } from './document.ts';
import { readValue, unknown } from './read-value.ts';

/** Beyond this a person's document is no description of a person. */
const MOST_BYTES = 256 * 1024;

/**
 * Reads a whole resource, as POST and PUT send it: names without regard to case, read-only attributes left out (RFC 7644
 * section 3.5.1). @throws HoldfastError `invalid_input` naming the attribute, also for one that no schema knows.
 */
export function readDocument(type: ResourceType, body: unknown): Document {
  if (!isRecord(body)) throw scimRefusal('invalidSyntax', 'The body must be a JSON object.');
  requireSchemas(type, body);
  const read: Record<string, DocumentValue> = {};
  for (const [name, value] of Object.entries(body)) {
    const extension = findSchema(type, name);
    if (extension !== undefined && extension !== type.schema) {
      const parts = readExtension(type, extension.id, value);
      if (parts !== undefined) read[extension.id] = parts;
      continue;
    }
    const found = findAttribute(type, { urn: null, name, sub: null });
    if (found === undefined) throw unknown(name);
    if (found.attribute.mutability === 'readOnly' || found.attribute.returned === 'never') continue;
    const readOne = readValue(found.attribute, value, found.attribute.name);
    if (readOne !== undefined) read[found.attribute.name] = readOne;
  }
  requireWhole(type, read);
  return read;
}

/** The attributes of one extension. */
export function readExtension(type: ResourceType, urn: string, value: unknown): Document | undefined {
  if (value === null || value === undefined) return undefined;
  if (!isRecord(value)) throw scimRefusal('invalidValue', `${urn} must be an object.`, urn);
  const read: Record<string, DocumentValue> = {};
  for (const [name, part] of Object.entries(value)) {
    if (name.toLowerCase() === 'schemas') continue; // of the resource; some clients repeat it within
    const found = findAttribute(type, { urn, name, sub: null });
    if (found === undefined) throw unknown(`${urn}:${name}`);
    if (found.attribute.mutability === 'readOnly') continue;
    const readOne = readValue(found.attribute, part, `${urn}:${found.attribute.name}`);
    if (readOne !== undefined) read[found.attribute.name] = readOne;
  }
  return Object.keys(read).length === 0 ? undefined : read;
}

/** That a document has what its schema requires, and is of a size to keep. `active` has a value when it is left out. */
export function requireWhole(type: ResourceType, document: Document): void {
  for (const { name, required } of type.schema.attributes) {
    const value = document[name];
    if (!required || name === 'active' || (value !== undefined && value !== '')) continue;
    throw scimRefusal('invalidValue', `${name} is required. Nothing was changed.`, name);
  }
  if (type.name === 'User' && Buffer.byteLength(JSON.stringify(document)) > MOST_BYTES)
    throw scimRefusal('tooMany', 'All attributes together can have 256 KiB. Nothing was changed.');
}

function requireSchemas(type: ResourceType, body: Readonly<Record<string, unknown>>): void {
  const entry = Object.entries(body).find(([name]) => name.toLowerCase() === 'schemas');
  const said = entry?.[1];
  if (!Array.isArray(said) || !said.every((one) => typeof one === 'string'))
    throw scimRefusal(
      'invalidSyntax',
      `schemas must list ${type.schema.id}. Nothing was changed.`,
      'schemas',
    );
  for (const urn of said)
    if (findSchema(type, urn) === undefined)
      throw scimRefusal('invalidSyntax', `${urn.slice(0, 200)} is no schema of a ${type.name}.`, 'schemas');
  if (!said.some((urn) => findSchema(type, urn) === type.schema))
    throw scimRefusal(
      'invalidSyntax',
      `schemas must list ${type.schema.id}. Nothing was changed.`,
      'schemas',
    );
}
