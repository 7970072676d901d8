import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import { openFileObjectStore } from '../../recorder-core/vault/file-object-store.ts';
import { isObjectKey, type ObjectStore } from '../../recorder-core/vault/object-store.ts';
import { checkS3Store } from '../../recorder-core/vault/s3/check-s3-store.ts';
import { S3ObjectStore } from '../../recorder-core/vault/s3/s3-object-store.ts';
import type { S3Settings } from '../../recorder-core/vault/s3/s3-settings.ts';
import type { Config } from '../config/settings.ts';

/** The settings that say where objects are. */
export type ObjectSettings = Pick<
  Config,
  | 'data'
  | 'objects'
  | 'objectLock'
  | 's3Endpoint'
  | 's3Region'
  | 's3PathStyle'
  | 's3CaFile'
  | 's3AccessKeyId'
  | 's3SecretAccessKey'
  | 's3KmsKeyId'
>;

/** The configured object store, and the way to give back what it holds open. */
export interface OpenedObjects {
  readonly store: ObjectStore;
  /**
   * Whether it can be worked with at all. Quick; asks the store.
   * @throws config_invalid with a sentence; unavailable, timeout where that cannot be known now.
   */
  check(): Promise<void>;
  close(): void;
}

/** Opens the configured object store; asks nothing of one across a network. @throws config_invalid for settings that contradict each other. */
export async function openObjects(config: ObjectSettings): Promise<OpenedObjects> {
  const place = config.objects ?? join(config.data, 'objects');
  if (!place.startsWith('s3://')) {
    if (config.objectLock !== 'none')
      throw unusable(
        'objectLock',
        'A folder has no lock. Set HOLDFAST_OBJECT_LOCK to none, or keep objects in an S3 bucket.',
      );
    const store = await openFileObjectStore(place);
    return { store, check: () => Promise.resolve(), close: () => undefined };
  }
  const store = new S3ObjectStore(await s3Settings(place, config));
  return {
    store,
    check: () => checkS3Store(store, randomUUID()),
    close: () => {
      store.close();
    },
  };
}

/** True for a failure after which the store may well answer later. */
export function isPassing(error: unknown): boolean {
  return isHoldfastError(error) && error.retryable;
}

async function s3Settings(place: string, config: ObjectSettings): Promise<S3Settings> {
  const [, bucket = '', prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.+?))?\/?$/.exec(place) ?? [];
  if (bucket === '' || (prefix !== '' && !isObjectKey(prefix)))
    throw unusable(
      'objects',
      'Write HOLDFAST_OBJECTS as s3://bucket or s3://bucket/prefix, in letters that a bucket may have.',
    );
  const { s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey, objectLock } = config;
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined))
    throw unusable(
      's3AccessKeyId',
      'Set both HOLDFAST_S3_ACCESS_KEY_ID and HOLDFAST_S3_SECRET_ACCESS_KEY, or neither.',
    );
  return {
    bucket,
    prefix,
    endpoint: config.s3Endpoint,
    region: config.s3Region,
    pathStyle: config.s3PathStyle,
    ca: config.s3CaFile === undefined ? undefined : await readCertificates(config.s3CaFile),
    credentials:
      accessKeyId === undefined || secretAccessKey === undefined
        ? undefined
        : { accessKeyId, secretAccessKey },
    kmsKeyId: config.s3KmsKeyId,
    lock: objectLock === 'none' ? undefined : objectLock,
  };
}

async function readCertificates(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => {
    throw unusable('s3CaFile', `The certificates in ${path} cannot be read.`);
  });
}

function unusable(field: string, why: string): HoldfastError {
  return new HoldfastError('config_invalid', `The object store cannot be opened. ${why}`, { field });
}
