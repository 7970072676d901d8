/** The S3 store on servers of others: the suites of the ports on each, and what the probe says of each one's locks. */
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { LockMode } from '../../recorder-core/vault/object-lock.ts';
import { objectLockConformance } from '../../recorder-core/vault/object-lock.conformance.ts';
import { objectStoreConformance } from '../../recorder-core/vault/object-store.conformance.ts';
import { probeObjectStore, removeCanaries } from '../../recorder-core/vault/probe-object-store.ts';
import { checkS3Store } from '../../recorder-core/vault/s3/check-s3-store.ts';
import { minioPeer } from '../support/peers/minio.ts';
import { motoPeer } from '../support/peers/moto.ts';
import { suiteTitle, type PeerDescriptor, type RunningPeer } from '../support/peers/peer.ts';
import { S3Stores } from '../support/peers/s3-bucket.ts';

jest.setTimeout(120_000); // a busy machine is slow; no test asserts a time

const BUILD_MS = 900_000;
const STOP_MS = 30_000;

/** Promises that a server is known to break, by the mode of its locks. */
interface Known {
  readonly peer: PeerDescriptor;
  readonly broken: Readonly<Record<LockMode, readonly string[]>>;
}

const SERVERS: readonly Known[] = [
  { peer: minioPeer, broken: { governance: [], compliance: [] } },
  {
    peer: motoPeer,
    broken: {
      governance: ['digest-checked', 'lock-not-shortened'],
      compliance: ['digest-checked', 'lock-not-shortened', 'lock-not-weakened'],
    },
  },
];

for (const { peer: descriptor, broken } of SERVERS) {
  const { title, skip } = suiteTitle(descriptor, descriptor.name);
  (skip ? describe.skip : describe)(title, () => {
    let peer: RunningPeer;
    let stores: S3Stores;

    beforeAll(async () => {
      peer = await descriptor.start();
      stores = new S3Stores(peer);
    }, BUILD_MS);
    afterAll(async () => {
      stores.close();
      await peer.stop();
    }, STOP_MS);

    if (descriptor !== motoPeer) objectStoreConformance('a bucket', () => stores.make());
    objectStoreConformance(
      'a bucket with versions and object lock',
      () => stores.make(true),
      descriptor === motoPeer ? 30 : undefined, // it takes minutes to list a thousand versions
    );
    objectLockConformance('a bucket', (lock) => stores.make(true, { lock }));

    // moto has no keys of its own to encrypt with.
    if (descriptor === minioPeer)
      test('is asked to encrypt besides, and a key that it does not have is refused', async () => {
        const store = await stores.make(false, { kmsKeyId: 'holdfast-test' });
        await store.put('k', from('evidence'));
        const { name, client } = store.bucket;
        const head = await client.send(
          new HeadObjectCommand({ Bucket: name, Key: store.bucket.nameOf('k') }),
        );
        expect(head).toMatchObject({
          ServerSideEncryption: 'aws:kms',
          SSEKMSKeyId: expect.stringContaining('holdfast-test') as unknown,
        });
        const wrong = await stores.make(false, { kmsKeyId: 'no-such-key' });
        await expect(wrong.put('k', from('evidence'))).rejects.toMatchObject({ code: 'unavailable' });
      });

    test('may be used or is refused at a start, as the probe of what it does without locks says', async () => {
      const store = await stores.make(true, { lock: 'compliance' });
      const check = checkS3Store(store, randomUUID());
      if (broken.compliance.includes('digest-checked'))
        await expect(check).rejects.toMatchObject({
          code: 'config_invalid',
          message: expect.stringMatching(/SHA-256/) as unknown,
        });
      else await check;
    });

    test.each(['governance', 'compliance'] as const)(
      'the probe tells which promises of %s locks it keeps, and takes its canaries away',
      async (lock) => {
        const store = await stores.make(true, { lock });
        const probe = await probeObjectStore(store.canaries, { id: randomUUID(), lockMs: 10_000, wait });
        const found = probe.findings.filter(({ kept }) => !kept).map(({ check }) => check);
        expect(found).toEqual(broken[lock]);
        expect(probe.verdict).toBe(broken[lock].length === 0 ? 'worm' : 'not-worm');
        while ((await removeCanaries(store.canaries, 0)) > 0) await wait(500);
        expect(await Array.fromAsync(store.canaries.list())).toEqual([]);
      },
    );
  });
}

async function* from(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
