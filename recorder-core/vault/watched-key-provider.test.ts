import { randomBytes } from 'node:crypto';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keyProviderConformance } from './key-provider.conformance.ts';
import { openLocalKeyRing } from './local-key-ring.ts';
import { watchKeys, type KeyRefusal } from './watched-key-provider.ts';

let folder: string;
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'key-watch-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function makeWatched() {
  made += 1;
  const path = join(folder, `ring-${made}.json`);
  const ring = await openLocalKeyRing(path, { create: true });
  const seen = { at: 0, refusals: [] as KeyRefusal[], health: [] as boolean[] };
  const provider = watchKeys(ring, {
    onRefusal: (refusal) => seen.refusals.push(refusal),
    onHealth: ({ ok }) => seen.health.push(ok),
    healthHoldsMs: 1_000,
    now: () => seen.at,
  });
  return { provider, path, seen };
}

keyProviderConformance('a watched ring', async () => {
  const { provider, path, seen } = await makeWatched();
  return {
    provider,
    async disable() {
      seen.at += 1_000;
      await rm(path);
    },
  };
});

describe('a watched provider', () => {
  it('tells each refusal with its key, and none while all is well', async () => {
    const { provider, path, seen } = await makeWatched();
    const wrapped = await provider.wrap(randomBytes(32), Buffer.from('a'));
    await provider.unwrap(wrapped, Buffer.from('a'));
    await provider.health();
    await provider.destroy(wrapped.keyId).catch(() => undefined); // a conflict is no refusal of the key
    expect(seen.refusals).toEqual([]);
    await provider.unwrap(wrapped, Buffer.from('b')).catch(() => undefined);
    await rm(path);
    await provider.unwrap(wrapped, Buffer.from('a')).catch(() => undefined);
    await provider.wrap(randomBytes(32), Buffer.from('a')).catch(() => undefined);
    expect(seen.refusals).toMatchObject([
      { provider: 'local', keyId: wrapped.keyId, code: 'integrity_failed' },
      { provider: 'local', keyId: wrapped.keyId, code: 'key_unavailable' },
      { provider: 'local', keyId: undefined, code: 'key_unavailable' },
    ]);
  });

  it('asks after the health once for all who ask within a time, and tells what it heard', async () => {
    const { provider, path, seen } = await makeWatched();
    await Promise.all([provider.health(), provider.health()]);
    await rename(path, `${path}.away`);
    expect(await provider.health()).toMatchObject({ ok: true });
    seen.at = 1_000;
    expect(await provider.health()).toMatchObject({ ok: false });
    await rename(`${path}.away`, path);
    seen.at = 2_000;
    expect(await provider.health()).toMatchObject({ ok: true });
    expect(seen.health).toEqual([true, false, true]);
    expect(seen.refusals).toMatchObject([{ keyId: undefined, code: 'key_unavailable' }]);
  });
});
