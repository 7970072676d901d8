import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { HoldfastError } from '../../recorder-core/errors.ts';

/**
 * Reads YAML, or JSON, from a file that somebody named; `what` says what it holds.
 * @throws HoldfastError `invalid_input` with line and column, which never repeats the file: there may be a secret in it.
 */
export async function readYaml(path: string, what: string): Promise<unknown> {
  const document = parseDocument(await readFile(path, 'utf8'), { prettyErrors: true });
  const [fault] = document.errors;
  if (fault === undefined) return document.toJS({ maxAliasCount: 100 }) as unknown;
  const [at] = fault.linePos ?? [];
  const place = at === undefined ? '' : `, line ${at.line}, column ${at.col}`;
  throw new HoldfastError(
    'invalid_input',
    `The ${what} in ${path}${place} is not valid YAML (${fault.code.toLowerCase().replaceAll('_', ' ')}). Nothing was done.`,
  );
}
