import standalone from 'ajv/dist/standalone/index.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { credential } from '../../connectors/kit/auth.ts';
import { credentialForm } from '../../connectors/kit/credential-form.ts';
import type { ConnectorManifest } from '../../connectors/kit/manifest.ts';

// A CommonJS module whose default is itself; compilers disagree about where that stands.
const standaloneCode = standalone as unknown as (
  ajv: Ajv2020,
  names: Readonly<Record<string, string>>,
) => string;

/**
 * The checks of the forms of connectors as the source of a module: `checks` has a function for each connector, by
 * `id@version`, and for each kind of credential. They are compiled when the console is built, because a page whose policy
 * forbids `eval` cannot compile them. A function answers whether a value fits, and leaves what does not in `errors`.
 */
export function compileChecks(manifests: readonly ConnectorManifest[]): string {
  const schemas = new Map<string, object>([
    ...manifests.map(({ id, version, config }) => [`${id}@${version}`, config] as const),
    ...credential.options.map(({ shape }) => {
      const type = shape.type.value;
      return [`credential/${type}`, credentialForm(type)] as const;
    }),
  ]);
  const names = [...schemas.keys()];
  const ajv = new Ajv2020({
    code: { source: true, esm: true, lines: true },
    allErrors: true,
    messages: false,
    logger: false,
    // Lengths as zod counts them, and formats as patterns alone: both need no code beside the functions.
    unicode: false,
    validateFormats: false,
    strict: false,
    schemas: [...schemas].map(([, schema], at) => ({ ...schema, $id: `form-${String(at)}` })),
  });
  const functions = standaloneCode(
    ajv,
    Object.fromEntries(names.map((_name, at) => [`check${String(at)}`, `form-${String(at)}`])),
  );
  const table = names.map((name, at) => `${JSON.stringify(name)}: check${String(at)}`);
  return `${functions}\nexport const checks = { ${table.join(', ')} };\n`;
}
