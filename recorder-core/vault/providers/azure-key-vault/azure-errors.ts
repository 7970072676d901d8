import { HoldfastError, isHoldfastError } from '../../../errors.ts';
import { PassingFault } from '../remote/remote-calls.ts';
import { notHere } from '../root-keys.ts';

/** What we look at in an error of the SDK; asked by fields, for its classes are many. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly statusCode?: number;
}

/** The HTTP status of an error of the SDK. */
export function statusOf(error: unknown): number | undefined {
  return (error as SdkError).statusCode;
}

/** An error of the SDK as one of ours. */
export function translateAzureError(error: unknown, keyId: string, name: string): Error {
  if (isHoldfastError(error)) return error;
  const { name: kind = '', message = '', code, statusCode: status } = error as SdkError;
  if (/Authentication|CredentialUnavailable/.test(kind)) return refused(keyId, name, 'no credentials');
  if (status === undefined || status >= 500 || [408, 409, 429].includes(status))
    return new PassingFault(code ?? kind);
  if (status === 404) return notHere(keyId, name);
  if (status === 400) return doesNotFit();
  if (/disabled/i.test(message)) return disabled(keyId, name);
  return refused(keyId, name, `HTTP ${status}`);
}

/** The error for bytes or a context that do not fit. */
export function doesNotFit(): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    'A wrapped key does not open in Azure Key Vault: it was changed, or it belongs to another item. Nothing was decrypted; restore the wrapped key from a backup.',
  );
}

function disabled(keyId: string, name: string): HoldfastError {
  return new HoldfastError(
    'key_unavailable',
    `The root key ${keyId} in ${name} is disabled, so what it protects cannot be opened. Enable it, if that was not meant.`,
  );
}

function refused(keyId: string, name: string, what: string): HoldfastError {
  return new HoldfastError(
    'key_unavailable',
    `${name} refuses the use of the root key ${keyId} (${what}). Check the credentials of this process and the roles of docs/keys.md.`,
  );
}
