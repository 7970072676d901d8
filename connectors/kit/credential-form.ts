import type { z } from 'zod';
import { credential, type Credential } from './auth.ts';
import { configSchema } from './config-schema.ts';
import type { JsonSchema } from './manifest.ts';

/** What nobody types in: the kind itself, what a consent brings, and secrets that are made here. */
const NOT_TYPED: readonly string[] = ['type', 'refreshToken', 'sending', 'receiving'];

/** The form of a kind of credential, as a JSON Schema; empty for a kind that does not exist. */
export function credentialForm(type: Credential['type']): JsonSchema {
  const option: z.ZodType | undefined = credential.options.find(({ shape }) => shape.type.value === type);
  if (option === undefined) return {};
  const { properties = {}, required = [], ...schema } = configSchema(option);
  const typed = (name: string) => !NOT_TYPED.includes(name);
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => typed(name))),
    required: required.filter(typed),
  };
}
