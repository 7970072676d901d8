import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { HoldfastError } from '../errors.ts';
import { kekContext } from '../vault/envelope.ts';
import { openLocalKeyRing, type LocalKeyRing } from '../vault/local-key-ring.ts';
import type { KeyProvider } from '../vault/key-provider.ts';
import { openKekSource } from './kek-source.ts';

const SCOPE = { tenant: 'tenant-1', region: 'eu-central', retentionClass: 'business-call' };
const NOVEMBER = new Date('2026-11-30T23:59:59.999Z');
const DECEMBER = new Date('2026-12-01T00:00:00.000Z');
let folder: string;
let keys: LocalKeyRing;
let made = 0;
const newId = (): string => `key-${++made}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-kek-'));
  keys = await openLocalKeyRing(join(folder, 'ring.json'), { create: true });
});
afterAll(() => rm(folder, { recursive: true }));

describe('the source of key-encryption keys', () => {
  test('keeps one key for a scope and month, also when asked twice at once, and wraps it under the root', async () => {
    const source = openKekSource(keys, newId);
    const [first, second] = await Promise.all([
      source.current(SCOPE, NOVEMBER),
      source.current(SCOPE, NOVEMBER),
    ]);
    expect(second).toBe(first);
    const unwrapped = await keys.unwrap(
      { provider: first.provider, keyId: first.rootKeyId, bytes: first.wrapped },
      kekContext(first.scope),
    );
    expect(unwrapped.equals(first.key)).toBe(true);
    expect(first.wrapped.includes(first.key)).toBe(false);
  });

  test('makes another key for another month, tenant, region or class', async () => {
    const source = openKekSource(keys, newId);
    const all = await Promise.all([
      source.current(SCOPE, NOVEMBER),
      source.current(SCOPE, DECEMBER),
      source.current({ ...SCOPE, tenant: 'tenant-2' }, NOVEMBER),
      source.current({ ...SCOPE, region: 'us-east' }, NOVEMBER),
      source.current({ ...SCOPE, retentionClass: 'mifid2' }, NOVEMBER),
    ]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(5);
    expect(new Set(all.map(({ key }) => key.toString('hex'))).size).toBe(5);
    expect(all[1]?.scope.period).toBe('2026-12');
  });

  test('moves to the new root after a rotation, and still names the old one while a call may not have written it down', async () => {
    const source = openKekSource(keys, newId);
    const before = await source.current(SCOPE, NOVEMBER);
    expect(await source.rootsInUse(NOVEMBER)).toEqual([before.rootKeyId]);
    await source.renew(NOVEMBER);
    expect(await source.current(SCOPE, NOVEMBER)).toBe(before); // nothing was rotated
    await keys.rotate();
    await source.renew(NOVEMBER);
    expect(await source.rootsInUse(NOVEMBER)).toEqual([before.rootKeyId]);
    const after = await source.current(SCOPE, NOVEMBER);
    expect(after.rootKeyId).toBe(await keys.currentKeyId());
    expect(after.id).not.toBe(before.id);
    expect(new Set(await source.rootsInUse(NOVEMBER))).toEqual(new Set([before.rootKeyId, after.rootKeyId]));
    const later = new Date(NOVEMBER.getTime() + 10 * 60_000);
    expect(await source.rootsInUse(later)).toEqual([after.rootKeyId]);
  });

  test('asks the root again after it failed', async () => {
    let away = true;
    const provider: KeyProvider = {
      id: keys.id,
      currentKeyId: () => keys.currentKeyId(),
      unwrap: (wrapped, context) => keys.unwrap(wrapped, context),
      health: () => keys.health(),
      rotate: () => keys.rotate(),
      destroy: (keyId) => keys.destroy(keyId),
      wrap: (plaintext, context) =>
        away
          ? Promise.reject(new HoldfastError('key_unavailable', 'The root does not answer. Try again.'))
          : keys.wrap(plaintext, context),
    };
    const source = openKekSource(provider, newId);
    await expect(source.current(SCOPE, NOVEMBER)).rejects.toMatchObject({ code: 'key_unavailable' });
    away = false;
    expect((await source.current(SCOPE, NOVEMBER)).scope.period).toBe('2026-11');
  });
});
