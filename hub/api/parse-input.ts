import type { z } from 'zod';
import type { Endpoint, EndpointCall } from './endpoint.ts';
import { invalidInput } from './problem.ts';

/** What a handler is given of what was asked. */
export type Input = Pick<EndpointCall<undefined, undefined, undefined>, 'params' | 'query' | 'body'>;

/**
 * What an endpoint is asked, as its schemas have it; undefined where it takes none.
 * @throws HoldfastError `invalid_input` naming the first field that a schema refuses.
 */
export function parseInput(
  endpoint: Pick<Endpoint, keyof Input>,
  asked: Readonly<Partial<Record<keyof Input, unknown>>>,
): Input {
  const parsed = (where: keyof Input): unknown => parsedBy(endpoint[where], where, asked[where]);
  return { params: parsed('params'), query: parsed('query'), body: parsed('body') } as Input;
}

function parsedBy(schema: z.ZodType | undefined, where: keyof Input, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value ?? {});
  if (!result.success) throw invalidInput(where, result.error);
  return result.data;
}
