import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cacheKeys, type CachingKeyProvider } from './caching-key-provider.ts';
import { keyProviderConformance } from './key-provider.conformance.ts';
import type { KeyProvider } from './key-provider.ts';
import { openLocalKeyRing } from './local-key-ring.ts';

let folder: string;
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'key-cache-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A cache over a ring, the clock it goes by, and how often the ring was asked. */
async function makeCache(maximum = 100) {
  made += 1;
  const path = join(folder, `ring-${made}.json`);
  const ring = await openLocalKeyRing(path, { create: true });
  const state = { asked: 0, at: 0 };
  const counted: KeyProvider = {
    id: ring.id,
    currentKeyId: () => ring.currentKeyId(),
    wrap: (plaintext, context) => ring.wrap(plaintext, context),
    health: () => ring.health(),
    rotate: () => ring.rotate(),
    destroy: (keyId) => ring.destroy(keyId),
    unwrap: (wrapped, context) => {
      state.asked += 1;
      return ring.unwrap(wrapped, context);
    },
  };
  const cache = cacheKeys(counted, { ttlMs: 1_000, maximum, now: () => state.at });
  return { cache, path, state };
}

const context = Buffer.from('tenant a');

async function wrapped(cache: CachingKeyProvider) {
  const secret = randomBytes(32);
  return { secret, key: await cache.wrap(secret, context) };
}

keyProviderConformance('a cache with nothing kept', async () => {
  const { cache, path } = await makeCache();
  return { provider: cacheKeys(cache, { ttlMs: 0 }), disable: () => rm(path).then(() => void cache.evict()) };
});

describe('a provider that remembers', () => {
  it('asks once for unwraps at once and within the time, and again after it', async () => {
    const { cache, state } = await makeCache();
    const { secret, key } = await wrapped(cache);
    const both = await Promise.all([cache.unwrap(key, context), cache.unwrap(key, context)]);
    state.at = 999;
    expect([...both, await cache.unwrap(key, context)].every((one) => one.equals(secret))).toBe(true);
    expect(state.asked).toBe(1);
    state.at = 1_000;
    await cache.unwrap(key, context);
    expect(state.asked).toBe(2);
  });

  it('hands out copies: a caller that clears its key clears nobody else’s', async () => {
    const { cache } = await makeCache();
    const { secret, key } = await wrapped(cache);
    (await cache.unwrap(key, context)).fill(0);
    expect((await cache.unwrap(key, context)).equals(secret)).toBe(true);
  });

  it('never answers for another context or changed bytes', async () => {
    const { cache } = await makeCache();
    const { key } = await wrapped(cache);
    await cache.unwrap(key, context);
    await expect(cache.unwrap(key, Buffer.from('tenant b'))).rejects.toMatchObject({
      code: 'integrity_failed',
    });
    const bytes = Buffer.from(key.bytes);
    bytes.writeUInt8(bytes.readUInt8(20) ^ 1, 20);
    await expect(cache.unwrap({ ...key, bytes }, context)).rejects.toMatchObject({
      code: 'integrity_failed',
    });
  });

  it('forgets one key, those of a root key, or all', async () => {
    const { cache, state } = await makeCache();
    const [one, two] = [await wrapped(cache), await wrapped(cache)];
    await cache.rotate();
    const three = await wrapped(cache);
    const all = [one, two, three].map(({ key }) => key);
    const unwrapAll = async (): Promise<number> => {
      const before = state.asked;
      for (const key of all) await cache.unwrap(key, context);
      return state.asked - before;
    };
    expect(await unwrapAll()).toBe(3);
    expect(cache.evict(one.key)).toBe(1);
    expect(await unwrapAll()).toBe(1);
    expect(cache.evict({ keyId: one.key.keyId })).toBe(2);
    expect(await unwrapAll()).toBe(2);
    expect(cache.evict()).toBe(3);
    expect(await unwrapAll()).toBe(3);
  });

  it('opens nothing of a root key that was destroyed through it', async () => {
    const { cache } = await makeCache();
    const { key } = await wrapped(cache);
    await cache.unwrap(key, context);
    await cache.rotate();
    await cache.destroy(key.keyId);
    await expect(cache.unwrap(key, context)).rejects.toMatchObject({ code: 'key_unavailable' });
  });

  it('overwrites what it forgets, and still answers those who asked before', async () => {
    const held = randomBytes(32);
    const secret = Buffer.from(held);
    const ring = await openLocalKeyRing(join(folder, 'held.json'), { create: true });
    const provider = { ...cacheKeys(ring, { ttlMs: 0 }), unwrap: () => Promise.resolve(held) };
    const cache = cacheKeys(provider, { ttlMs: 1_000 });
    const key = await ring.wrap(secret, context);
    const asked = [cache.unwrap(key, context), cache.unwrap(key, context)];
    expect(cache.evict(key)).toBe(1);
    for (const one of await Promise.all(asked)) expect(one.equals(secret)).toBe(true);
    expect(held.equals(Buffer.alloc(32))).toBe(true);
  });

  it('does not keep a failure, and keeps no more than its bound', async () => {
    const { cache, path, state } = await makeCache(2);
    const keys = [await wrapped(cache), await wrapped(cache), await wrapped(cache)].map(({ key }) => key);
    for (const key of keys) await cache.unwrap(key, context);
    expect(cache.evict()).toBe(2);
    await rm(path);
    await expect(cache.unwrap(keys[0]!, context)).rejects.toMatchObject({ code: 'key_unavailable' });
    expect([cache.evict(), state.asked]).toEqual([0, 4]);
  });
});
