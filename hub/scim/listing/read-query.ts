import { isList, isRecord } from '../documents/document.ts';
import { parseFilter } from '../filter/parse-filter.ts';
import type { Filter } from '../filter/filter.ts';
import { readAttributePath } from '../filter/read-tokens.ts';
import { scimRefusal } from '../scim-refusal.ts';
import { findAttribute, findSchema, type FoundAttribute } from '../schemas/find-attribute.ts';
import type { ResourceType } from '../schemas/attribute.ts';

export const SEARCH_URN = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
/** Resources on one page at most; asked for more, so many are given. */
export const MOST_RESULTS = 1_000;
const DEFAULT_COUNT = 100;

/** Which attributes are shown; undefined: those that are shown by default. */
export interface Projection {
  readonly attributes: readonly FoundPath[] | undefined;
  readonly excluded: readonly FoundPath[] | undefined;
}

/** An attribute, or with `attribute` null all of an extension. */
export type FoundPath =
  FoundAttribute | { readonly extension: string; readonly attribute: null; readonly sub: null };

/** What a client asks a list by. */
export interface ScimQuery {
  readonly filter: Filter | undefined;
  readonly sortBy: FoundAttribute | undefined;
  readonly descending: boolean;
  /** From 1. */
  readonly startIndex: number;
  readonly count: number;
  readonly projection: Projection;
}

/** What of a query is a text, a number or a list, by its name in the RFC. */
type Asked = Readonly<Record<string, unknown>>;

/**
 * Reads a query (RFC 7644 section 3.4.2) from the parameters of an address. A `startIndex` below 1 is 1, a `count` below 0 is 0.
 * @throws HoldfastError `invalid_input` (invalidFilter, invalidPath, invalidValue).
 */
export function readQuery(type: ResourceType, asked: Asked): ScimQuery {
  return {
    filter: text(asked, 'filter') === undefined ? undefined : parseFilter(text(asked, 'filter') ?? ''),
    sortBy: sortOf(type, text(asked, 'sortBy')),
    descending: descendingOf(text(asked, 'sortOrder')),
    startIndex: Math.max(1, whole(asked, 'startIndex') ?? 1),
    count: Math.min(MOST_RESULTS, Math.max(0, whole(asked, 'count') ?? DEFAULT_COUNT)),
    projection: readProjection(type, asked),
  };
}

/** Reads the body of a POST to `.search` (section 3.4.3). */
export function readSearch(type: ResourceType, body: unknown): ScimQuery {
  if (!isRecord(body) || !isList(body['schemas']) || !body['schemas'].includes(SEARCH_URN))
    throw scimRefusal('invalidSyntax', `schemas must be ["${SEARCH_URN}"].`, 'schemas');
  return readQuery(type, body);
}

/** Reads `attributes` and `excludedAttributes`, of which there can be one (section 3.9). */
export function readProjection(type: ResourceType, asked: Asked): Projection {
  const attributes = names(asked, 'attributes')?.map((name) => foundPath(type, name));
  const excluded = names(asked, 'excludedAttributes')?.map((name) => foundPath(type, name));
  if (attributes !== undefined && excluded !== undefined)
    throw scimRefusal(
      'invalidValue',
      'Ask for attributes or for excludedAttributes, not for both.',
      'attributes',
    );
  return { attributes, excluded };
}

function foundPath(type: ResourceType, name: string): FoundPath {
  const schema = findSchema(type, name);
  if (schema !== undefined && schema !== type.schema)
    return { extension: schema.id, attribute: null, sub: null };
  const path = readAttributePath(name);
  const found = path && findAttribute(type, path);
  if (found !== undefined) return found;
  throw scimRefusal('invalidPath', `There is no attribute ${name.slice(0, 200)} here.`, 'attributes');
}

function sortOf(type: ResourceType, name: string | undefined): FoundAttribute | undefined {
  if (name === undefined) return undefined;
  const path = readAttributePath(name);
  const found = path && findAttribute(type, path);
  if (found !== undefined) return found;
  throw scimRefusal('invalidPath', `There is no attribute ${name.slice(0, 200)} to sort by.`, 'sortBy');
}

function descendingOf(order: string | undefined): boolean {
  if (order === undefined || /^(ascending|descending)$/i.test(order))
    return order?.toLowerCase() === 'descending';
  throw scimRefusal('invalidValue', 'sortOrder is ascending or descending.', 'sortOrder');
}

function text(asked: Asked, name: string): string | undefined {
  const value = valueOf(asked, name);
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string' && !value.includes('\0') && value.isWellFormed()) return value;
  throw scimRefusal('invalidValue', `${name} can be given once, as a text.`, name);
}

function whole(asked: Asked, name: string): number | undefined {
  const value = valueOf(asked, name);
  if (value === undefined || value === null || value === '') return undefined;
  const number = typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && Math.abs(number) < 1e9) return number;
  throw scimRefusal('invalidValue', `${name} must be a whole number.`, name);
}

function names(asked: Asked, name: string): string[] | undefined {
  const value = valueOf(asked, name);
  const list = Array.isArray(value) ? (value as unknown[]) : text(asked, name)?.split(',');
  if (list === undefined) return undefined;
  if (list.length > 200 || !list.every((one) => typeof one === 'string'))
    throw scimRefusal('invalidValue', `${name} must be names of attributes with commas between.`, name);
  return list.map((one) => one.trim()).filter((one) => one !== '');
}

function valueOf(asked: Asked, name: string): unknown {
  const key = Object.keys(asked).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : asked[key];
}
