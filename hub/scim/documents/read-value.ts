import { scimRefusal } from '../scim-refusal.ts';
import { findSub } from '../schemas/find-attribute.ts';
import type { Attribute } from '../schemas/attribute.ts';
import { isRecord, type DocumentValue } from './document.ts';

/** Certificates and pictures in base64 are the longest that anybody sends. */
const MOST_CHARACTERS = 20_000;
/** Values of one list; members of a group have a bound of their own (`MOST_MEMBERS`). */
const MOST_VALUES = 500;
/** Members that one request may name. */
export const MOST_MEMBERS = 10_000;

/**
 * Reads a value by its attribute; undefined where it is unassigned: null, an empty list, or nothing but such (RFC 7643 section
 * 2.5). Read-only parts are left out, as the RFC asks. @throws HoldfastError `invalid_input` (invalidValue, invalidSyntax).
 */
export function readValue(attribute: Attribute, value: unknown, at: string): DocumentValue | undefined {
  if (value === null || value === undefined) return undefined;
  if (!attribute.multiValued) return readSingle(attribute, value, at);
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  const most = attribute.name === 'members' ? MOST_MEMBERS : MOST_VALUES;
  if (list.length > most) throw invalid(at, `can have at most ${most} values`);
  const values = list.map((one) => readSingle(attribute, one, at)).filter((one) => one !== undefined);
  requireOnePrimary(values, at);
  return values.length === 0 ? undefined : values;
}

/** One value of a list, or the value of a single attribute. */
export function readSingle(attribute: Attribute, value: unknown, at: string): DocumentValue | undefined {
  if (value === null || value === undefined) return undefined;
  if (attribute.type === 'complex') return readComplex(attribute, value, at);
  if (attribute.type === 'boolean') return readBoolean(value, at);
  if (typeof value !== 'string') throw invalid(at, 'must be a text');
  if (value.length > MOST_CHARACTERS) throw invalid(at, `can have at most ${MOST_CHARACTERS} characters`);
  // PostgreSQL keeps neither NUL nor half of a pair of surrogates.
  if (value.includes('\0') || !value.isWellFormed()) throw invalid(at, 'has characters that are none');
  if (attribute.type === 'dateTime' && Number.isNaN(Date.parse(value)))
    throw invalid(at, 'must be a date and time');
  if (attribute.type === 'binary' && !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value))
    throw invalid(at, 'must be base64');
  return value;
}

/** Entra sends "True" and "False" as texts. */
export function readBoolean(value: unknown, at: string): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  throw invalid(at, 'must be true or false');
}

/** A plain value for something with parts is its `value`: Entra writes a manager so. */
function readComplex(attribute: Attribute, value: unknown, at: string): DocumentValue | undefined {
  const parts = typeof value === 'string' && findSub(attribute, 'value') !== undefined ? { value } : value;
  if (!isRecord(parts)) throw invalid(at, 'must be an object');
  const read: Record<string, DocumentValue> = {};
  for (const [name, part] of Object.entries(parts)) {
    const sub = findSub(attribute, name);
    if (sub === undefined) throw unknown(`${at}.${name}`);
    if (sub.mutability === 'readOnly') continue;
    const readPart = readValue(sub, part, `${at}.${sub.name}`);
    if (readPart !== undefined) read[sub.name] = readPart;
  }
  return Object.keys(read).length === 0 ? undefined : read;
}

/** RFC 7643 section 2.4. */
export function requireOnePrimary(values: readonly DocumentValue[], at: string): void {
  if (values.filter((value) => isRecord(value) && value['primary'] === true).length > 1)
    throw invalid(at, 'can have one primary value');
}

function invalid(at: string, what: string) {
  return scimRefusal('invalidValue', `${at} ${what}. Nothing was changed.`, at);
}

/** What is sent under a name that no schema knows. */
export function unknown(at: string) {
  return scimRefusal(
    'invalidSyntax',
    `There is no attribute ${at.slice(0, 200)} here; /scim/v2/Schemas lists them. Nothing was changed.`,
    at.slice(0, 200),
  );
}
