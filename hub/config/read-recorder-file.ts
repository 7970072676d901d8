import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { z } from 'zod';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { recorderFile, type RecorderFile, type SecretReference } from './recorder-file.ts';

/** Variables with this prefix hold secrets that the recorder's file names; they are no settings. */
export const SECRET_PREFIX = 'HOLDFAST_SECRET_';

/**
 * Reads and checks the recorder's YAML file; without a path, what stands where there is no file.
 * @throws HoldfastError `config_invalid` naming the field, such as `sources[0].networks[1]`.
 */
export function readRecorderFile(path: string | undefined): RecorderFile {
  if (path === undefined) return recorderFile.parse({});
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8')) ?? {};
  } catch (cause) {
    throw new HoldfastError(
      'config_invalid',
      `The recorder's file ${path} cannot be read as YAML. Correct it, or set recorderFile to another one.`,
      { cause, field: 'recorderFile' },
    );
  }
  const checked = recorderFile.safeParse(content);
  if (checked.success) return checked.data;
  throw refusal(path, checked.error);
}

/** The secret behind a reference. `environment` is that of the process. @throws HoldfastError `config_invalid` without the secret. */
export function resolveSecret(
  reference: SecretReference,
  field: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  if ('file' in reference) return readSecretFile(reference.file, field);
  const name = `${SECRET_PREFIX}${reference.environment}`;
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  throw new HoldfastError(
    'config_invalid',
    `The recorder's file asks at ${field} for a secret that is not there. Set ${name} in the environment of the recorder.`,
    { field },
  );
}

/** A file that the recorder's file names: a certificate, a key. @throws HoldfastError `config_invalid`. */
export function readNamedFile(path: string, field: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new HoldfastError(
      'config_invalid',
      `The file that the recorder's file names at ${field} cannot be read. Correct the path, or let the recorder's user read it.`,
      { cause, field },
    );
  }
}

/** A trailing line end is no part of a secret. */
function readSecretFile(path: string, field: string): string {
  const secret = readNamedFile(path, field).replace(/\r?\n$/, '');
  if (secret !== '') return secret;
  throw new HoldfastError('config_invalid', `The file of the secret at ${field} is empty.`, { field });
}

function refusal(path: string, error: z.ZodError): HoldfastError {
  const issue = error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = fieldOf([...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])]);
  const reason = unknown === undefined ? (issue?.message ?? 'it is not valid') : 'there is no such field';
  return new HoldfastError(
    'config_invalid',
    `The recorder's file ${path} cannot be used: ${field === '' ? 'as a whole' : field}: ${reason}. docs/recorder-configuration.md describes every field.`,
    { field },
  );
}

/** `['sources', 0, 'name']` as people write it: `sources[0].name`. */
function fieldOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((written, step) => {
    if (typeof step === 'number') return `${written}[${step}]`;
    return written === '' ? String(step) : `${written}.${String(step)}`;
  }, '');
}
