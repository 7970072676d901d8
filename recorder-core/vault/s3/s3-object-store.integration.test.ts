import { afterAll, beforeAll, describe } from '@jest/globals';
import type { RunningPeer } from '../../../test/support/peers/peer.ts';
import { suiteTitle } from '../../../test/support/peers/peer.ts';
import { S3Stores } from '../../../test/support/peers/s3-bucket.ts';
import { versitygwPeer } from '../../../test/support/peers/versitygw.ts';
import { objectLockConformance } from '../object-lock.conformance.ts';
import { objectStoreConformance } from '../object-store.conformance.ts';

const BUILD_MS = 600_000;
const { title, skip } = suiteTitle(versitygwPeer, 'the S3 store');

(skip ? describe.skip : describe)(title, () => {
  let peer: RunningPeer;
  let stores: S3Stores;

  beforeAll(async () => {
    peer = await versitygwPeer.start();
    stores = new S3Stores(peer);
  }, BUILD_MS);
  afterAll(async () => {
    stores.close();
    await peer.stop();
  });

  objectStoreConformance('a bucket', () => stores.make());
  objectLockConformance('a bucket', (lock) => stores.make(true, { lock }));
  objectStoreConformance('a bucket with versions and object lock', () => stores.make(true));
});
