import { createHash } from 'node:crypto';
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

/**
 * The reference that an export writes for a secret: who applies the file elsewhere sets the variable. `others` are the names of all
 * connections of the file: what none of them shares with it stands in the variable as well, or one secret would go to two systems.
 */
export function placeholderFor(connection: string, field: string, others: readonly string[] = []): string {
  const mine = wordsOf(connection);
  const isShared = others.some((other) => other !== connection && wordsOf(other) === mine);
  const mark = createHash('sha256').update(connection).digest('hex').slice(0, 8).toUpperCase();
  const words = [mine, ...(isShared ? [mark] : []), wordsOf(field.replace(/([a-z])([A-Z])/g, '$1_$2'))];
  return `\${env:HOLDFAST_SECRET_${words.filter((word) => word !== '').join('_')}}`;
}

/** A name as a part of a variable's. */
function wordsOf(name: string): string {
  return name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .slice(0, 60)
    .replace(/^_+|_+$/g, '');
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
