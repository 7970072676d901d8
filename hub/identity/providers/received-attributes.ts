import type { RoleAttributes } from '../role-rules.ts';
import type { AttributeNames } from './provider-config.ts';

/** What a provider said, by its name there; nested claims by names with dots, single values as lists of one. */
export type ReceivedAttributes = Readonly<Record<string, readonly string[]>>;

const MOST_ATTRIBUTES = 500;
const MOST_VALUES = 2000;
const LONGEST_VALUE = 1000;

/** Claims of a token as attributes. Objects become names with dots; what is longer or more than any real claim is left out. */
export function flattenClaims(claims: Readonly<Record<string, unknown>>): ReceivedAttributes {
  const found = new Map<string, string[]>();
  const add = (name: string, value: unknown, depth: number): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      if (depth > 4) return;
      for (const [key, member] of Object.entries(value)) add(`${name}.${key}`, member, depth + 1);
      return;
    }
    const values = (Array.isArray(value) ? value.slice(0, MOST_VALUES) : [value]).flatMap(textOf);
    if (values.length > 0 && found.size < MOST_ATTRIBUTES) found.set(name, values);
  };
  for (const [name, value] of Object.entries(claims)) add(name, value, 0);
  return Object.fromEntries(found);
}

function textOf(value: unknown): string[] {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  return typeof text === 'string' && text !== '' && isStorable(text) ? [text] : [];
}

function isStorable(text: string): boolean {
  return text.length <= LONGEST_VALUE && text.isWellFormed() && !text.includes('\0');
}

/** What is known of a person by what a provider said. */
export interface ReceivedPerson extends RoleAttributes {
  readonly name: string | null;
}

/** Reads the attributes by their configured names. An e-mail address is in small letters. */
export function readReceived(
  names: AttributeNames,
  source: string,
  attributes: ReceivedAttributes,
): ReceivedPerson {
  const valuesOf = (name: string | null): readonly string[] =>
    name !== null && Object.hasOwn(attributes, name) ? (attributes[name] ?? []) : [];
  const first = (name: string | null): string | null => valuesOf(name)[0]?.trim().slice(0, 200) || null;
  const email = first(names.email)?.toLowerCase() ?? null;
  return {
    email: email !== null && /^[^\s@]{1,64}@[^\s@]{3,253}$/.test(email) ? email : null,
    name: first(names.name),
    groups: valuesOf(names.groups).filter(isStorable),
    department: first(names.department),
    job: first(names.job),
    source,
    attributes,
  };
}

/** The domain of an e-mail address, in small letters. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}
