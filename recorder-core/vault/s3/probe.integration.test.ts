import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningPeer } from '../../../test/support/peers/peer.ts';
import { suiteTitle } from '../../../test/support/peers/peer.ts';
import { S3Stores } from '../../../test/support/peers/s3-bucket.ts';
import { versitygwPeer } from '../../../test/support/peers/versitygw.ts';
import { probeObjectStore, removeCanaries, type StoreProbe } from '../probe-object-store.ts';
import { checkS3Store } from './check-s3-store.ts';

const BUILD_MS = 600_000;
const { title, skip } = suiteTitle(versitygwPeer, 'a probed S3 store');

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

  const broken = ({ findings }: StoreProbe): string[] =>
    findings.filter(({ kept }) => !kept).map(({ check }) => check);

  test.each(['compliance', 'governance'] as const)(
    'that forgets a legal hold after the date of a %s lock is exposed, and by nothing else',
    async (lock) => {
      const store = await stores.make(true, { lock });
      const probe = await probeObjectStore(store.canaries, { id: randomUUID(), lockMs: 10_000, wait });
      expect({ verdict: probe.verdict, broken: broken(probe) }).toEqual({
        verdict: 'not-worm',
        broken: ['held-stays-after-date'],
      });
      expect(await Array.fromAsync(store.list(''))).toEqual([]);
      while ((await removeCanaries(store.canaries, 0)) > 0) await wait(500);
      expect(await Array.fromAsync(store.canaries.list())).toEqual([]);
    },
    60_000,
  );

  test('without a lock is told to have none, and leaves no canary', async () => {
    const store = await stores.make();
    const probe = await probeObjectStore(store.canaries, { id: randomUUID(), wait });
    expect({ verdict: probe.verdict, broken: broken(probe) }).toEqual({ verdict: 'no-lock', broken: [] });
    expect(await Array.fromAsync(store.canaries.list())).toEqual([]);
  });

  test('may be used as it is, and is refused with a sentence where bucket, keys or lock are not what they must be', async () => {
    const store = await stores.make(true, { lock: 'compliance' });
    await checkS3Store(store, randomUUID());
    const refusals = [
      [await stores.make(false, { lock: 'compliance' }), /made without object lock/],
      [await stores.make(false, { bucket: 'no-such-bucket-here' }), /no such bucket/],
      [
        await stores.make(false, {
          credentials: { accessKeyId: peer.admin.username, secretAccessKey: 'wrong-secret' },
        }),
        /refuses these credentials/,
      ],
    ] as const;
    for (const [unusable, sentence] of refusals) {
      const refusal: unknown = await checkS3Store(unusable, randomUUID()).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'config_invalid', message: expect.stringMatching(sentence) });
      expect(JSON.stringify(refusal) + String(refusal)).not.toContain('wrong-secret');
    }
  });
});
