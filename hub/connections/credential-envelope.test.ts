import { describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lengthPrefixed } from '../../recorder-core/vault/length-prefixed.ts';
import { openLocalKeyRing, type LocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';
import {
  openCredential,
  openSecret,
  rewrapCredential,
  sealCredential,
  sealSecret,
} from './credential-envelope.ts';

const PLACE = { tenantId: 't1', connectionId: 'c1', field: 'token' };

async function withKeys(work: (keys: LocalKeyRing) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-envelope-'));
  try {
    await work(await openLocalKeyRing(join(folder, 'keys.json'), { create: true }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('a sealed secret of a connection', () => {
  test('opens in its own place alone, however long it is, and shows nothing of itself', () =>
    withKeys(async (keys) => {
      const secret = { type: 'mtls', privateKey: `canary${'x'.repeat(30_000)}` };
      const sealed = await sealSecret(keys, PLACE, secret);
      expect(sealed.includes('canary')).toBe(false);
      expect(await openSecret(keys, PLACE, sealed)).toEqual(secret);
      for (const other of [{ tenantId: 't2' }, { connectionId: 'c2' }, { field: 'credential' }])
        await expect(openSecret(keys, { ...PLACE, ...other }, sealed)).rejects.toMatchObject({
          code: 'integrity_failed',
        });
      const changed = Buffer.from(sealed.toString().replace(/"box":"..../, '"box":"AAAA'));
      await expect(openSecret(keys, PLACE, changed)).rejects.toMatchObject({ code: 'integrity_failed' });
      await expect(openSecret(keys, PLACE, Buffer.from('{'))).rejects.toMatchObject({
        code: 'integrity_failed',
      });
    }));

  test('that an older release sealed opens, and is sealed in the new form under the newest root key', () =>
    withKeys(async (keys) => {
      const context = lengthPrefixed('holdfast/credential/v1', [
        ['tenant', 't1'],
        ['connection', 'c1'],
      ]);
      const { provider, keyId, bytes } = await keys.wrap(Buffer.from('{"type":"none"}'), context);
      const old = Buffer.from(JSON.stringify({ provider, keyId, bytes: bytes.toString('base64') }));
      expect(await openCredential(keys, 't1', 'c1', old)).toEqual({ type: 'none' });
      const newest = await keys.rotate();
      const sealed = await rewrapCredential(keys, 't1', 'c1', old);
      expect(JSON.parse(sealed.toString())).toMatchObject({ keyId: newest, box: expect.any(String) });
      expect(await openCredential(keys, 't1', 'c1', sealed)).toEqual({ type: 'none' });
      await expect(
        openCredential(keys, 't1', 'c2', await sealCredential(keys, 't1', 'c1', {})),
      ).rejects.toThrow();
    }));
});
