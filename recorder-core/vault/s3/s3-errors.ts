/**
 * What an S3 store answers, in our words. The errors of the SDK carry fields of the request (key ids, strings to be
 * signed), so none is kept as a cause: name, status and request id go into the detail, and nothing else.
 */
import { HoldfastError, isHoldfastError, type ErrorCode } from '../../errors.ts';

const FULL = new Set([
  'InsufficientStorage',
  'QuotaExceeded',
  'XMinioStorageFull',
  'XMinioAdminBucketQuotaExceeded',
]);
const MISSING = new Set(['NoSuchKey', 'NotFound', 'NoSuchVersion', 'NoSuchUpload']);
const DAMAGED = new Set([
  'BadDigest',
  'InvalidDigest',
  'InvalidPart',
  'XAmzContentChecksumMismatch',
  'XAmzContentSHA256Mismatch',
]);
const LATE = new Set(['AbortError', 'TimeoutError', 'RequestTimeout']);

/** The store's own word for what went wrong, such as `NoSuchKey`; empty where there is none. */
export function s3ErrorName(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  return 'name' in error && typeof error.name === 'string' ? error.name : '';
}

/** The HTTP status of a refusal; undefined where no answer came. */
export function s3Status(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  return (error.$metadata as { httpStatusCode?: number }).httpStatusCode;
}

/** True for the refusal of a conditional create whose key is taken. */
export function isTaken(error: unknown): boolean {
  return s3Status(error) === 412 || s3ErrorName(error) === 'PreconditionFailed';
}

/** True where another conditional write of the same key was under way, so that ours must be asked again. */
export function isContended(error: unknown): boolean {
  return s3Status(error) === 409 && !isTaken(error);
}

/** True where the store says that there is no such object, version or upload. */
export function isMissing(error: unknown): boolean {
  return (
    MISSING.has(s3ErrorName(error)) || (s3Status(error) === 404 && s3ErrorName(error) !== 'NoSuchBucket')
  );
}

/** True where bytes arrived other than they were sent: the same may come through when it is sent again. */
export function isDamaged(error: unknown): boolean {
  return DAMAGED.has(s3ErrorName(error));
}

/** True where the store refuses an act on an object as such: 403 (Amazon) and 400 (MinIO) both mean it. */
export function isRefusal(error: unknown): boolean {
  const status = s3Status(error);
  return status === 403 || status === 400 || status === 409 || status === 405;
}

/** Translates an error of the SDK; ours pass unchanged. */
export function describeS3Error(error: unknown): unknown {
  if (isHoldfastError(error)) return error;
  const name = s3ErrorName(error);
  const status = s3Status(error);
  const [code, sentence] = inWords(name, status);
  const requestId = (error as { $metadata?: { requestId?: string } } | null)?.$metadata?.requestId;
  const network = (error as { code?: unknown } | null)?.code;
  const detail = [name, status, typeof network === 'string' ? network : undefined, requestId]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  return new HoldfastError(code, sentence, { detail });
}

/**
 * The same for a write. What is not found then is not the object but something that the write names, and nothing that a
 * caller could take for an object that is gone.
 */
export function describeS3WriteError(error: unknown): unknown {
  const described = describeS3Error(error);
  if (!isHoldfastError(described) || described.code !== 'not_found') return described;
  return new HoldfastError(
    'unavailable',
    'The object store could not store the object, because it misses something that the write names: the bucket, the upload that was begun, or the key that it is to encrypt with. Check HOLDFAST_OBJECTS and HOLDFAST_S3_KMS_KEY_ID; it is tried again.',
    { detail: described.detail ?? '' },
  );
}

function inWords(name: string, status: number | undefined): [ErrorCode, string] {
  if (FULL.has(name) || status === 507)
    return [
      'storage_full',
      'The object store is full, so nothing was stored. Make room in it; the write will then succeed when repeated.',
    ];
  if (name === 'NoSuchBucket')
    return [
      'unavailable',
      'The bucket of the object store does not exist. Make it, or correct HOLDFAST_OBJECTS.',
    ];
  if (MISSING.has(name) || status === 404)
    return ['not_found', 'There is no such object in the object store. It may have been disposed of.'];
  if (DAMAGED.has(name))
    return [
      'integrity_failed',
      'The object store received other bytes than were sent and stored nothing. Check the network and whatever stands between.',
    ];
  if (status === 412)
    return [
      'integrity_failed',
      'The object was changed in the store while it was read, which never happens by us. Compare it with a replica.',
    ];
  if (LATE.has(name))
    return [
      'timeout',
      'The object store did not answer in time. What was asked may be asked again; check the store and the network.',
    ];
  if (status === 401 || status === 403)
    return [
      'unavailable',
      'The object store refuses these credentials or what they ask for. Check the access key and its policy; docs/object-stores.md lists the permissions.',
    ];
  if (status !== undefined && status < 500 && status !== 429 && status !== 408)
    return [
      'unavailable',
      `The object store refused the request with ${status} ${name}. Nothing was changed; docs/object-stores.md says what a store must support.`,
    ];
  return [
    'unavailable',
    'The object store cannot be reached or has a fault. Nothing was lost; what was asked is asked again.',
  ];
}
