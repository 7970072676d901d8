import { GetObjectLockConfigurationCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { HoldfastError } from '../../errors.ts';
import { probeBasics } from '../probe-object-store.ts';
import { s3ErrorName, s3Status, describeS3Error } from './s3-errors.ts';
import type { S3ObjectStore } from './s3-object-store.ts';

/**
 * Whether the product can work with this store at all; asked at a start.
 * @param id names the canaries of the check; must be new.
 * @throws config_invalid when bucket, credentials or abilities are not what they must be; unavailable and timeout when
 *   that cannot be known now.
 */
export async function checkS3Store(store: S3ObjectStore, id: string): Promise<void> {
  await requireBucket(store);
  if (store.lock !== undefined) await requireLockConfiguration(store);
  const broken = (await probeBasics(store.canaries, id))
    .filter(({ kept }) => !kept)
    .map(({ check }) => check);
  if (broken.includes('create-once') || broken.includes('create-once-in-parts')) {
    throw unusable(
      'It overwrites an object that it was asked to create only where none is (If-None-Match), so two writers could replace each other’s recordings. Use a store that supports conditional writes.',
    );
  }
  if (broken.includes('digest-checked')) {
    throw unusable(
      'It accepts an object whose SHA-256 is another than was announced. Use a store that checks x-amz-checksum-sha256.',
    );
  }
}

async function requireBucket({ bucket }: S3ObjectStore): Promise<void> {
  try {
    await bucket.askRaw((client, abortSignal) =>
      client.send(new HeadBucketCommand({ Bucket: bucket.name }), { abortSignal }),
    );
  } catch (error) {
    const status = s3Status(error);
    if (status === 404)
      throw unusable('There is no such bucket. Make it, with object lock where locks are wanted.');
    if (status === 401 || status === 403)
      throw unusable(
        'It refuses these credentials. Check HOLDFAST_S3_ACCESS_KEY_ID and what the key may do; docs/object-stores.md lists it.',
      );
    if (status === 301) throw unusable('The bucket lies in another region. Set HOLDFAST_S3_REGION.');
    throw describeS3Error(error);
  }
}

async function requireLockConfiguration({ bucket }: S3ObjectStore): Promise<void> {
  const missing =
    'Locks are configured, but the bucket was made without object lock. Make one with it, or leave HOLDFAST_OBJECT_LOCK out.';
  try {
    const { ObjectLockConfiguration } = await bucket.askRaw((client, abortSignal) =>
      client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket.name }), { abortSignal }),
    );
    if (ObjectLockConfiguration?.ObjectLockEnabled !== 'Enabled') throw unusable(missing);
  } catch (error) {
    if (s3ErrorName(error) === 'ObjectLockConfigurationNotFoundError' || s3Status(error) === 404)
      throw unusable(missing);
    throw describeS3Error(error);
  }
}

function unusable(why: string): HoldfastError {
  return new HoldfastError('config_invalid', `The object store cannot be used. ${why}`, { field: 'objects' });
}
