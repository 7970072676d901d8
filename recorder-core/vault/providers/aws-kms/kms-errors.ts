import { HoldfastError, isHoldfastError } from '../../../errors.ts';
import { PassingFault } from '../remote/remote-calls.ts';
import { notHere } from '../root-keys.ts';

const PASSING = [
  'DependencyTimeoutException',
  'KMSInternalException',
  'ServiceUnavailable',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
];
const DOES_NOT_FIT = ['IncorrectKeyException', 'InvalidCiphertextException'];
const DENIED = 'AccessDeniedException';
const UNUSABLE = ['DisabledException', 'KMSInvalidStateException', 'KeyUnavailableException'];

interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** An error of the SDK as one of ours; `keyId` is the key or alias that the call was about. */
export function translateKmsError(error: unknown, keyId: string, name: string): Error {
  // Asks for the fields and not for the class: the SDK throws errors of its own, and wraps those of the system.
  const { name: kind = '', code, $metadata } = error as SdkError;
  if (DOES_NOT_FIT.includes(kind)) return doesNotFit();
  if (kind === 'NotFoundException') return notHere(keyId, name);
  if (UNUSABLE.includes(kind)) return unusable(keyId, name, kind);
  const status = $metadata?.httpStatusCode;
  if (kind === 'CredentialsProviderError') return refused(keyId, name, kind);
  // Without an answer: no connection, no such host, a certificate that is not trusted.
  if (status === undefined || status >= 500 || PASSING.includes(kind)) return new PassingFault(code ?? kind);
  return refused(keyId, name, kind);
}

/** Whether an error that was translated says that we may not do what we asked for. */
export function isDenial(error: unknown): boolean {
  return isHoldfastError(error) && error.detail === DENIED;
}

/** The error for bytes or a context that do not fit. */
export function doesNotFit(): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    'A wrapped key does not open in AWS KMS: it was changed, or it belongs to another item or another key. Nothing was decrypted; restore the wrapped key from a backup.',
  );
}

function unusable(keyId: string, name: string, kind: string): HoldfastError {
  return new HoldfastError(
    'key_unavailable',
    `The root key ${keyId} in ${name} is disabled or waits for its deletion (${kind}), so what it protects cannot be opened. Enable it, or cancel its deletion, if that was not meant.`,
  );
}

function refused(keyId: string, name: string, kind: string): HoldfastError {
  return new HoldfastError(
    'key_unavailable',
    `${name} refuses the use of the root key ${keyId} (${kind}). Check the credentials of this process and the policies of docs/keys.md.`,
    { detail: kind },
  );
}

/** The error for a key with replicas in other regions. */
export function multiRegion(keyId: string): HoldfastError {
  return new HoldfastError(
    'key_unavailable',
    `The KMS key ${keyId} is a multi-region key, whose replicas outlive it, so it cannot be proven destroyed and is not used. Point the alias to a key of one region.`,
  );
}

/** The error for the destruction of a key that is none of ours. */
export function neverHere(keyId: string): HoldfastError {
  return new HoldfastError(
    'not_found',
    `AWS KMS has no root key ${keyId} of this installation: it never was there, is another program's, or its waiting time has passed. Nothing was destroyed.`,
  );
}

/** The error for a deletion without a date. */
export function unknownDate(keyId: string): HoldfastError {
  return new HoldfastError(
    'unavailable',
    `AWS KMS did not say when it deletes the key ${keyId}. Ask again; until then nothing may be said to be destroyed.`,
  );
}
