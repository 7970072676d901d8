import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { HoldfastError } from '../../recorder-core/errors.ts';

/**
 * Reads YAML, or JSON, from a file that somebody named; `what` says what it holds. What YAML would take and mean otherwise
 * than it was meant, such as a token that begins with "!" or "*" and has no quotes, is refused too.
 * @throws HoldfastError `invalid_input` with line and column, which never repeats the file: there may be a secret in it.
 */
export async function readYaml(path: string, what: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  // A warning would be written, with what it is about, to standard error.
  const document = parseDocument(text, { prettyErrors: true, logLevel: 'error' });
  const [fault] = [...document.errors, ...document.warnings];
  const refused = (said: string): HoldfastError =>
    new HoldfastError('invalid_input', `The ${what} in ${path}${said}. Nothing was done.`);
  if (fault !== undefined) {
    const [at] = fault.linePos ?? [];
    const place = at === undefined ? '' : `, line ${at.line}, column ${at.col}`;
    throw refused(`${place} is not valid YAML (${fault.code.toLowerCase().replaceAll('_', ' ')})`);
  }
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch {
    throw refused(
      ' is not valid YAML: after a * stands a name that nothing in it has, or one is used too often',
    );
  }
}
