import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { jwtVerify } from 'jose';
import { isRemoteFailure } from '../kit/remote-error.ts';
import { keyToken } from './key-token.ts';

test('a token names account, user and key as Snowflake wants them, and lives a quarter of an hour', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const now = Date.parse('2026-03-01T09:00:00Z');
  const token = keyToken({ account: 'acme-calls', user: 'loader', privateKey: pem }, now);
  const { payload } = await jwtVerify(token, createPublicKey(pem), { currentDate: new Date(now) });
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const print = createHash('sha256').update(der).digest('base64');
  expect(payload).toEqual({
    iss: `ACME-CALLS.LOADER.SHA256:${print}`,
    sub: 'ACME-CALLS.LOADER',
    iat: now / 1000,
    exp: now / 1000 + 900,
  });
});

test('what is no RSA key is refused without a word of it', () => {
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  for (const pem of ['canary', curve.export({ type: 'pkcs8', format: 'pem' }).toString()]) {
    try {
      keyToken({ account: 'a', user: 'u', privateKey: pem }, 0);
      throw new Error('It was taken.');
    } catch (error) {
      expect(isRemoteFailure(error) && error.remoteError.class).toBe('auth');
      expect(JSON.stringify(error)).not.toContain(pem.slice(0, 20));
    }
  }
});
