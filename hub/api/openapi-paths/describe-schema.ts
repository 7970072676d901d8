import { z } from 'zod';

/** A part of the document. */
export type Json = Record<string, unknown>;

/** Each property of a schema as a parameter; none where there is no schema. */
export function parametersOf(place: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(typeof property['description'] === 'string' ? { description: property['description'] } : {}),
    schema: property,
  }));
}

/** A body of JSON as this schema reads it. */
export function jsonOf(schema: z.ZodType): Json {
  return { 'application/json': { schema: schemaOf(schema, 'input') } };
}

/** A schema as JSON Schema 2020-12, without naming its dialect. */
export function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'output'): Json {
  const described: Json = z.toJSONSchema(schema, { io });
  delete described['$schema']; // the document names its dialect once
  return described;
}

/** Every other answer. */
export const PROBLEM = {
  description: 'A problem document.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};
/** What a request that changes something brings. */
export const UNSAFE_HEADERS = [
  { name: 'X-Holdfast-Console', in: 'header', required: true, schema: { type: 'string', const: '1' } },
  {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    schema: { type: 'string', minLength: 8, maxLength: 200 },
  },
];
