import type { Connection } from 'jsforce/lib/connection.js';
import type { Catalog, FieldSpec, FieldType } from '../kit/fields.ts';
import type { SalesforceContext } from './client.ts';
import { OWN_FIELDS, type FieldRow } from './recording-object.ts';

/** Salesforce's types that a mapping can fill, and as what; the others are shown as text. */
const TYPES: Readonly<Record<string, FieldType>> = {
  boolean: 'boolean',
  int: 'integer',
  long: 'integer',
  double: 'number',
  currency: 'number',
  percent: 'number',
  date: 'date',
  datetime: 'instant',
};

type Described = Awaited<ReturnType<Connection['describe']>>['fields'][number];

/** The object for recordings with its fields as Salesforce describes them to the user of the connection. */
export async function discover(ctx: SalesforceContext, conn: Connection): Promise<Catalog> {
  const { name, label, fields } = await conn.describe(ctx.config.object);
  return { objects: [{ name, title: label, fields: fields.map(specOf) }] };
}

function specOf(field: Described): FieldSpec {
  const own = (OWN_FIELDS as readonly string[]).includes(field.name);
  return {
    name: field.name,
    title: field.label,
    type: typeOf(field),
    required: field.createable && !field.nillable && !field.defaultedOnCreate,
    // What the connector writes itself is not the mapping's to fill.
    writable: field.createable && field.updateable && !own,
    ...(typeof field.length === 'number' && field.length > 0 ? { maxLength: field.length } : {}),
    ...(field.unique ? { unique: true } : {}),
  };
}

function typeOf({ type, scale }: Described): FieldType {
  if (type === 'double' && scale === 0) return 'integer';
  return TYPES[type] ?? 'text';
}

/** Null for every field of the recording that can be emptied: its content, whoever has put it there. Throws RemoteFailure. */
export async function emptyFields(ctx: SalesforceContext, conn: Connection): Promise<FieldRow> {
  const { fields } = await conn.describe(ctx.config.object);
  const kept = new Set<string>(OWN_FIELDS.filter((name) => name !== 'Link__c' && name !== 'Relation__c'));
  const emptied = fields.filter(
    ({ name, custom, nillable, updateable, type }) =>
      custom && nillable && updateable && type !== 'boolean' && !kept.has(name),
  );
  return Object.fromEntries(emptied.map(({ name }) => [name, null]));
}
