import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { S3ObjectStore } from '../../../recorder-core/vault/s3/s3-object-store.ts';
import type { S3Settings } from '../../../recorder-core/vault/s3/s3-settings.ts';
import type { RunningPeer } from './peer.ts';

/** The smallest part that S3 takes, so that a large object of a test is not larger than it must be. */
const PART_BYTES = 5 * 1024 * 1024;

/** A client of a test's own, for what the product never does. */
export function s3ClientOf(peer: RunningPeer): S3Client {
  const { username: accessKeyId, password: secretAccessKey } = peer.admin;
  return new S3Client({
    endpoint: peer.url,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
  });
}

/** Makes an empty bucket, with versions and object lock where asked; answers how the product reaches it. */
export async function makeBucket(peer: RunningPeer, { lock = false } = {}): Promise<S3Settings> {
  const bucket = `holdfast-${randomBytes(8).toString('hex')}`;
  const client = s3ClientOf(peer);
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: lock }));
  } finally {
    client.destroy();
  }
  return {
    bucket,
    prefix: 'evidence',
    endpoint: peer.url,
    pathStyle: true,
    credentials: { accessKeyId: peer.admin.username, secretAccessKey: peer.admin.password },
    limits: { partBytes: PART_BYTES },
  };
}

/** Makes stores in buckets of their own, and closes all of them at the end. */
export class S3Stores {
  readonly #peer: RunningPeer;
  readonly #open: S3ObjectStore[] = [];

  constructor(peer: RunningPeer) {
    this.#peer = peer;
  }

  async make(lock = false, change: Partial<S3Settings> = {}): Promise<S3ObjectStore> {
    const settings = await makeBucket(this.#peer, { lock });
    const store = new S3ObjectStore({ ...settings, ...change });
    this.#open.push(store);
    return store;
  }

  close(): void {
    for (const store of this.#open) store.close();
  }
}
