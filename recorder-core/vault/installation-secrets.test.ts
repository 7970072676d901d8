import { createHash, createPublicKey, hkdfSync, randomBytes, sign, verify } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  openInstallationSecrets,
  rewrapInstallationSecrets,
  type SecretStore,
} from './installation-secrets.ts';
import type { WrappedKey } from './key-provider.ts';
import { openLocalKeyRing, type LocalKeyRing } from './local-key-ring.ts';

let folder: string;
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-'));
});
afterAll(() => rm(folder, { recursive: true }));

function newRing(): Promise<LocalKeyRing> {
  made += 1;
  return openLocalKeyRing(join(folder, `ring-${made}.json`), { create: true });
}

/** What a table does, in memory: the first insert wins, an update needs the row that was read. */
function newStore(): SecretStore & { kept: WrappedKey | undefined } {
  return {
    kept: undefined,
    read() {
      return Promise.resolve(this.kept);
    },
    add(wrapped) {
      this.kept ??= wrapped;
      return Promise.resolve();
    },
    replace(before, after) {
      if (this.kept?.bytes.equals(before.bytes) === true) this.kept = after;
      return Promise.resolve();
    },
  };
}

describe('the secrets of an installation', () => {
  it('are the same when opened again, and different for each name, purpose and installation', async () => {
    const [ring, store] = [await newRing(), newStore()];
    const secrets = await openInstallationSecrets(store, ring, { create: true });
    const session = secrets.secret('session', 32);
    expect((await openInstallationSecrets(store, ring)).secret('session', 32).equals(session)).toBe(true);
    const other = await openInstallationSecrets(newStore(), ring, { create: true });
    for (const secret of [secrets.secret('temporal-payload-1', 32), other.secret('session', 32)])
      expect(secret.equals(session)).toBe(false);
  });

  it('include an Ed25519 key whose signatures verify and that stays the same', async () => {
    const [ring, store] = [await newRing(), newStore()];
    const secrets = await openInstallationSecrets(store, ring, { create: true });
    const signature = sign(null, Buffer.from('checkpoint'), secrets.signingKey('ledger-1'));
    const reopened = await openInstallationSecrets(store, ring);
    const publicKey = createPublicKey(reopened.signingKey('ledger-1'));
    expect(verify(null, Buffer.from('checkpoint'), publicKey, signature)).toBe(true);
    const next = createPublicKey(secrets.signingKey('ledger-2'));
    expect(verify(null, Buffer.from('checkpoint'), next, signature)).toBe(false);
  });

  it('are the same for processes that make them at once', async () => {
    const [ring, store] = [await newRing(), newStore()];
    const all = await Promise.all(
      [1, 2, 3].map(() => openInstallationSecrets(store, ring, { create: true })),
    );
    expect(new Set(all.map((secrets) => secrets.secret('session', 32).toString('hex'))).size).toBe(1);
  });

  it('are not made unless asked for, because new ones open nothing old', async () => {
    await expect(openInstallationSecrets(newStore(), await newRing())).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringMatching(/installation_secret/),
    });
  });

  it('become those of an earlier release: the derivation from its master secret has not changed', async () => {
    const [ring, store] = [await newRing(), newStore()];
    const master = createHash('sha256').update('a master secret of release 0.1').digest();
    const secrets = await openInstallationSecrets(store, ring, { inherited: master });
    const name = Buffer.from('\0\x12holdfast/secret/v1\0\x12temporal-payload-1', 'latin1');
    const expected = Buffer.from(hkdfSync('sha512', master, '', name, 32));
    expect(secrets.secret('temporal-payload-1', 32).equals(expected)).toBe(true);
    const reopened = await openInstallationSecrets(store, ring, { inherited: randomBytes(32) });
    expect(reopened.secret('temporal-payload-1', 32).equals(expected)).toBe(true);
  });

  it('survive the destruction of the root key that wrapped them first', async () => {
    const [ring, store] = [await newRing(), newStore()];
    const before = (await openInstallationSecrets(store, ring, { create: true })).secret('session', 32);
    const first = await ring.currentKeyId();
    await ring.rotate();
    await rewrapInstallationSecrets(store, ring);
    const kept = store.kept;
    await rewrapInstallationSecrets(store, ring);
    expect(store.kept).toBe(kept);
    await ring.destroy(first);
    expect((await openInstallationSecrets(store, ring)).secret('session', 32).equals(before)).toBe(true);
  });

  it('are refused when changed, or when the root key is another', async () => {
    const [ring, store] = [await newRing(), newStore()];
    await openInstallationSecrets(store, ring, { create: true });
    await expect(openInstallationSecrets(store, await newRing())).rejects.toMatchObject({
      code: 'key_unavailable',
    });
    store.kept!.bytes.writeUInt8(store.kept!.bytes.readUInt8(20) ^ 1, 20);
    await expect(openInstallationSecrets(store, ring)).rejects.toMatchObject({ code: 'integrity_failed' });
  });
});
