import { isList, isRecord, without, type Document, type DocumentValue } from '../documents/document.ts';
import type { FoundPath, Projection } from './read-query.ts';

/** Shown whatever is asked for (RFC 7643 section 7, `returned: always`). */
const ALWAYS = ['schemas', 'id'];

/** What of a resource is shown (RFC 7644 section 3.9). */
export function project(document: Document, { attributes, excluded }: Projection): Document {
  if (attributes !== undefined) {
    const kept = Object.fromEntries(Object.entries(document).filter(([name]) => ALWAYS.includes(name)));
    return attributes.reduce((so, path) => merge(so, pick(document, path)), kept as Document);
  }
  return (excluded ?? []).reduce((so, path) => drop(so, path), document);
}

/** Whether the values of an attribute at the top are shown at all. */
export function shows({ attributes, excluded }: Projection, name: string): boolean {
  const isMeant = (path: FoundPath) => path.extension === null && path.attribute?.name === name;
  if (attributes !== undefined) return attributes.some(isMeant);
  return !(excluded ?? []).some((path) => isMeant(path) && path.sub === null);
}

function pick(document: Document, { extension, attribute, sub }: FoundPath): Document {
  if (extension !== null) {
    const inside = document[extension];
    if (!isRecord(inside)) return {};
    const picked = attribute === null ? inside : pick(inside, { extension: null, attribute, sub });
    return Object.keys(picked).length === 0 ? {} : { [extension]: picked };
  }
  if (attribute === null) return {};
  const value = document[attribute.name];
  if (value === undefined) return {};
  if (sub === null) return { [attribute.name]: value };
  const part = (one: DocumentValue): DocumentValue =>
    isRecord(one) && one[sub.name] !== undefined ? { [sub.name]: one[sub.name] as DocumentValue } : {};
  return { [attribute.name]: isList(value) ? value.map(part) : part(value) };
}

function drop(document: Document, { extension, attribute, sub }: FoundPath): Document {
  if (extension !== null) {
    const inside = document[extension];
    if (attribute === null || !isRecord(inside)) return without(document, extension);
    return { ...document, [extension]: drop(inside, { extension: null, attribute, sub }) };
  }
  if (attribute === null || ALWAYS.includes(attribute.name)) return document;
  const value = document[attribute.name];
  if (value === undefined) return document;
  if (sub === null) return without(document, attribute.name);
  const rest = (one: DocumentValue) => (isRecord(one) ? without(one, sub.name) : one);
  return { ...document, [attribute.name]: isList(value) ? value.map(rest) : rest(value) };
}

/** Both together: parts of one attribute, and values of one list, side by side. */
function merge(a: Document, b: Document): Document {
  const merged: Record<string, DocumentValue> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const known = merged[name];
    if (isRecord(known) && isRecord(value)) merged[name] = merge(known, value);
    else if (isList(known) && isList(value))
      merged[name] = value.map((one, at) => {
        const other = known[at];
        return isRecord(one) && isRecord(other) ? { ...other, ...one } : one;
      });
    else merged[name] = value;
  }
  return merged;
}
