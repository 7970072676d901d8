import type { ConfigurationFile } from './configuration-file.ts';
import { parseReference, secretFields, type SecretReference } from './secret-references.ts';
import type { SecretSource } from './wanted-credential.ts';

/** A secret that a file refers to, and the field that it fills. */
export interface NamedSecret {
  /** As the file has it between the braces: `env:SEARCH_API_KEY`. */
  readonly reference: string;
  readonly connection: string;
  readonly field: string;
}

/**
 * Secrets that come beside a file instead of from the machine, by their references. One that is not given stays as it is
 * where there is one. No variable and no file of the server is ever read: whoever may send a file could have them sent
 * anywhere.
 */
export function givenSecrets(given: Readonly<Record<string, string>>): SecretSource {
  const values = new Map(Object.entries(given));
  return {
    keepMissing: true,
    resolve: (reference) => Promise.resolve(values.get(written(reference))),
    lacking: (reference) =>
      `The file refers to "${written(reference)}", and no value is kept or given. Give it beside the file.`,
  };
}

/** Every secret that a file refers to, in its order. Pure. */
export function namedSecrets({ connections }: ConfigurationFile): NamedSecret[] {
  return connections.flatMap(({ name, credential }) =>
    credential === undefined
      ? []
      : secretFields(credential.type).flatMap((field) => {
          const reference = parseReference(credential[field]);
          return reference === undefined ? [] : [{ reference: written(reference), connection: name, field }];
        }),
  );
}

function written({ from, name }: SecretReference): string {
  return `${from}:${name}`;
}
