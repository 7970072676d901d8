import { z } from 'zod';
import type { JsonSchema } from './api-fuzz/schema-values.ts';

/** One operation as the OpenAPI document of the hub describes it. */
export interface ApiOperation {
  readonly parameters?: readonly { name: string; in: string; required: boolean; schema: JsonSchema }[];
  readonly requestBody?: { content: Record<string, { schema: JsonSchema }> };
  readonly responses: Record<string, { content?: Record<string, { schema?: JsonSchema }> }>;
}

/** What tests read of `/api/v1/openapi.json`. */
export interface ApiDocument {
  readonly paths: Record<string, Record<string, ApiOperation>>;
  readonly components: { schemas: Record<string, JsonSchema> };
}

/** An answer of the API, as a client saw it. */
export interface SeenAnswer {
  readonly status: number;
  readonly text: string;
  /** Its `Content-Type`. */
  readonly type: string;
}

/** Holds answers against the document. */
export interface ApiContract {
  /** The operation behind a path without its query; of two that fit, the one that names more of it. */
  operationAt(method: string, path: string): ApiOperation | undefined;
  /** What the answer breaks of what the document promises; undefined where it keeps to it. */
  faultOf(operation: ApiOperation, answer: SeenAnswer): string | undefined;
}

/** An answer of these says that somebody else is away, not that we are at fault. */
const MAY_PASS = new Set([503, 504, 507]);

/** The contract that this document states. */
export function readContract(document: ApiDocument): ApiContract {
  const problem = z.fromJSONSchema(document.components.schemas['Problem'] as never);
  const schemas = new Map<JsonSchema, z.ZodType>();
  const schemaOf = (schema: JsonSchema) => {
    const known = schemas.get(schema) ?? z.fromJSONSchema(schema as never);
    schemas.set(schema, known);
    return known;
  };
  const paths = Object.keys(document.paths)
    .map((path) => ({ path, named: path.split('{').length, pattern: patternOf(path) }))
    .sort((one, other) => one.named - other.named);
  return {
    operationAt(method, path) {
      const fits = paths.filter(({ pattern }) => pattern.test(path));
      return fits
        .map((one) => document.paths[one.path]?.[method.toLowerCase()])
        .find((one) => one !== undefined);
    },
    faultOf(operation, { status, text, type }) {
      if (status >= 500 && !MAY_PASS.has(status)) return 'A fault of ours was answered.';
      if (status >= 400) {
        if (!type.startsWith('application/problem+json'))
          return 'An error was answered that is no problem document.';
        return problem.safeParse(JSON.parse(text)).success
          ? undefined
          : 'A problem document breaks its schema.';
      }
      const promised = operation.responses[status];
      if (promised === undefined) return 'A status was answered that the document does not promise.';
      const schema = promised.content?.['application/json']?.schema;
      if (schema === undefined) return undefined;
      const parsed = schemaOf(schema).safeParse(JSON.parse(text));
      return parsed.success ? undefined : `The answer breaks its schema: ${z.prettifyError(parsed.error)}`;
    },
  };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}
