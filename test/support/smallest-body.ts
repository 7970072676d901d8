import { z } from 'zod';

interface Schema {
  readonly [key: string]: unknown;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
}

/** Chooses the id that stands in a field, by the field's name. */
export type IdFor = (field: string) => string;

/** The smallest value that a schema of ours takes, as its JSON Schema tells it; ids are chosen by the name of their field. */
export function smallestBody(schema: z.ZodType, idFor: IdFor): unknown {
  return valueOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema, '', idFor);
}

function valueOf(schema: Schema, field: string, idFor: IdFor): unknown {
  if ('const' in schema) return schema['const'];
  if (schema.enum !== undefined) return schema.enum[0];
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (choice !== undefined) return valueOf(choice, field, idFor);
  if (schema.allOf !== undefined)
    return Object.assign({}, ...schema.allOf.map((part) => valueOf(part, field, idFor))) as unknown;
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return objectOf(schema, idFor);
    case 'array':
      return Array.from({ length: Math.max(1, Number(schema['minItems'] ?? 0)) }, () =>
        valueOf(schema.items ?? {}, field, idFor),
      );
    case 'string':
      return textOf(schema, field, idFor);
    case 'integer':
    case 'number':
      return Number(schema['minimum'] ?? 1);
    case 'boolean':
      return true;
    default:
      return null;
  }
}

function objectOf({ properties = {}, required = [] }: Schema, idFor: IdFor): Record<string, unknown> {
  // What may be left out is left out, but for ids: those are what is tried.
  const names = Object.keys(properties).filter((name) => required.includes(name) || /ids?$/i.test(name));
  return Object.fromEntries(names.map((name) => [name, valueOf(properties[name] ?? {}, name, idFor)]));
}

function textOf(schema: Schema, field: string, idFor: IdFor): string {
  if (schema.format === 'uuid') return idFor(field);
  if (schema.format === 'date-time') return '2026-11-16T12:00:00.000Z';
  if (schema.format === 'date') return '2026-11-16';
  if (schema.format === 'uri') return 'https://system.example/';
  if (schema.format === 'email') return 'somebody@example.com';
  return 'a text that is long enough'.padEnd(Number(schema['minLength'] ?? 0), '.');
}
