import { fromHub } from '../from-hub/from-hub.ts';

/** Texts of a schema that people read; everything else is for the check. */
const TEXTS: ReadonlySet<string> = new Set(['title', 'description']);

/** A schema of a connector with the names and hints of its fields in the language of the page. */
export function translateSchema(schema: object): object {
  return Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, translated(name, value)]));
}

function translated(name: string, value: unknown): unknown {
  if (typeof value === 'string' && TEXTS.has(name)) return fromHub(value);
  // Below `properties` stand fields, and a field may be called "title".
  if (name === 'properties') return each(value, (field) => translateSchema(field));
  if (name === 'items') return isObject(value) ? translateSchema(value) : value;
  return value;
}

function each(fields: unknown, translate: (field: object) => object): unknown {
  if (!isObject(fields)) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, isObject(field) ? translate(field) : field]),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
