import type { JsonSchema } from '../../connectors/kit/manifest.ts';
import { jsonOrText, readField } from './parse-argument.ts';

/** Adds `field=value` to those before, the value as it was written. @throws HoldfastError `invalid_input`. */
export function collectWritten(
  written: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const { name, value } = readField(written);
  return { ...before, [name]: value };
}

/**
 * Written fields as values of a configuration: a text where its schema wants a text, so that `account=1` names an account and
 * `project=true` a project; elsewhere JSON, or else text. A text in the quotes of JSON is what stands between them.
 */
export function configFields(
  written: Readonly<Record<string, string>>,
  schema: JsonSchema,
): Record<string, unknown> {
  const { properties = {} } = schema as { properties?: Readonly<Record<string, { type?: unknown }>> };
  return Object.fromEntries(
    Object.entries(written).map(([name, text]) => {
      const value = jsonOrText(text);
      return [name, properties[name]?.type === 'string' && typeof value !== 'string' ? text : value];
    }),
  );
}
