import { z } from 'zod';
import { credential } from '../../connectors/kit/auth.ts';

/** Gives the secret that a reference stands for, or undefined where there is none. */
export type SecretResolver = (reference: SecretReference) => Promise<string | undefined>;

/** Where a secret is; the file itself never holds one. */
export interface SecretReference {
  readonly from: 'env' | 'file';
  readonly name: string;
}

/** What stands in a file in the place of a secret. */
export function parseReference(text: unknown): SecretReference | undefined {
  if (typeof text !== 'string') return undefined;
  const match = /^\$\{(env|file):([^{}]{1,1024})\}$/.exec(text.trim());
  const [, from, name] = match ?? [];
  if (name === undefined || (from !== 'env' && from !== 'file')) return undefined;
  if (from === 'env' && !/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) return undefined;
  return { from, name };
}

/** The reference that an export writes for a secret: who applies the file elsewhere sets the variable. */
export function placeholderFor(connection: string, field: string): string {
  const words = `${connection}_${field.replace(/([a-z])([A-Z])/g, '$1_$2')}`;
  const name = words
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return `\${env:HOLDFAST_SECRET_${name.slice(0, 100)}}`;
}

const SECRETS = new Map(
  credential.options.map((option) => [option.shape.type.value, secretFieldsOf(option)]),
);

/** The fields of a kind of credential that are secrets. */
export function secretFields(type: string): readonly string[] {
  return SECRETS.get(type as (typeof credential.options)[number]['shape']['type']['value']) ?? [];
}

function secretFieldsOf(option: z.ZodType): readonly string[] {
  const { properties = {} } = z.toJSONSchema(option);
  return Object.entries(properties)
    .filter(([, schema]) => JSON.stringify(schema).includes('"secret":true'))
    .map(([name]) => name);
}
