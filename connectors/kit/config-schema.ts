import { z } from 'zod';
import type { JsonSchema } from './manifest.ts';

/**
 * The JSON Schema of a configuration, for forms. Beside what zod writes it has `refusal`, the words for a value that does not
 * match, and the schemes that an address may have: a form can refuse a value with the words that the hub would use.
 */
export function configSchema(config: z.ZodType): JsonSchema {
  return z.toJSONSchema(config, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const said = wordsOf(zodSchema as unknown as z.core.$ZodType);
      if (said !== undefined) jsonSchema['refusal'] ??= said;
      const schemes = schemesOf(zodSchema as unknown as z.core.$ZodType);
      if (schemes !== undefined) jsonSchema.pattern ??= schemes;
    },
  });
}

interface Told {
  readonly error?: ((issue: object) => unknown) | undefined;
  readonly check?: string;
  readonly protocol?: RegExp | undefined;
}

/** Only words about what the schema says as well: those of further rules would be said at the wrong time. */
function wordsOf(schema: z.core.$ZodType): string | undefined {
  const { checks = [], ...own } = schema._zod.def as Told & { checks?: { _zod: { def: Told } }[] };
  const formats = checks.map(({ _zod: { def } }) => def).filter(({ check }) => check === 'string_format');
  for (const { error } of [own, ...formats]) {
    const said = error?.({ code: 'invalid_format' });
    if (typeof said === 'string') return said;
  }
  return undefined;
}

/** `^https?$` of the protocol becomes the beginning of the whole address; schemes are written in any case. */
function schemesOf(schema: z.core.$ZodType): string | undefined {
  const { protocol } = schema._zod.def as Told;
  const source = protocol === undefined ? undefined : /^\^([a-z?|()]+)\$$/.exec(protocol.source)?.[1];
  const anyCase = source?.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
  return anyCase === undefined ? undefined : `^\\s*(?:${anyCase}):`;
}
