import type { z } from 'zod';
import { credential, type Credential } from './auth.ts';
import { configSchema } from './config-schema.ts';
import type { JsonSchema } from './manifest.ts';

/** What nobody types in: the kind itself, what a consent brings, and secrets that are made here. */
const NOT_TYPED: readonly string[] = ['type', 'refreshToken', 'sending', 'receiving'];

type Property = NonNullable<JsonSchema['properties']>[string];

/** The form of a kind of credential, as a JSON Schema; empty for a kind that does not exist. */
export function credentialForm(type: Credential['type']): JsonSchema {
  const option: z.ZodType | undefined = credential.options.find(({ shape }) => shape.type.value === type);
  if (option === undefined) return {};
  const { properties = {}, required = [], ...schema } = configSchema(option);
  const typed = (name: string) => !NOT_TYPED.includes(name);
  return {
    ...schema,
    properties: Object.fromEntries(
      Object.entries(properties).flatMap(([name, field]) => (typed(name) ? [[name, fieldOf(field)]] : [])),
    ),
    required: required.filter(typed),
  };
}

/** What may be null is typed like what may not: left empty, it is left out. */
function fieldOf(field: Property): Property {
  if (typeof field !== 'object') return field;
  const [value, ...others] = field.anyOf?.filter((one) => Object(one).type !== 'null') ?? [];
  return value === undefined || others.length > 0 ? field : value;
}
