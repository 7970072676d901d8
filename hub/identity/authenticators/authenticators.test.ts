import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Secret, TOTP } from 'otpauth';
import { delayAfter } from '../../../recorder-core/policy/step-up.ts';
import { relyingPartyOf } from './proof-settings.ts';
import { digestOfRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';
import { describeTotp, openTotp, sealTotp, stepOfCode } from './totp.ts';
import { decodeUserHandle, encodeUserHandle } from './user-handle.ts';

describe('the relying party of a console', () => {
  test.each([
    ['https://hold.example', { id: 'hold.example', origins: ['https://hold.example'] }],
    ['https://hold.example:8443/console', { id: 'hold.example', origins: ['https://hold.example:8443'] }],
    ['http://127.0.0.1:7080', { id: 'localhost', origins: ['http://localhost:7080'] }],
    ['http://[::1]:7080', { id: 'localhost', origins: ['http://localhost:7080'] }],
    ['http://localhost', { id: 'localhost', origins: ['http://localhost'] }],
    ['http://192.0.2.7:7080', undefined],
    ['https://[2001:db8::7]', undefined],
  ])('at %s is the name in it', (url, party) => {
    expect(relyingPartyOf(url)).toEqual(party);
  });
});

describe('a code of an authenticator', () => {
  // RFC 6238, appendix B, the last six digits of SHA-1.
  const secret = Buffer.from('12345678901234567890');
  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
  ])('at second %d is the one of the standard', (second, code) => {
    expect(stepOfCode(secret, code, new Date(second * 1000))).toBe(Math.floor(second / 30));
  });

  test('counts in its own step and one to each side, and in no other', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.integer({ min: -5, max: 5 }),
        (second, off) => {
          const code = new TOTP({ secret: Secret.fromHex(secret.toString('hex')) }).generate({
            timestamp: second * 1000,
          });
          const step = Math.floor(second / 30);
          const found = stepOfCode(secret, code, new Date((step + off) * 30_000));
          // Two steps may share a code by chance; then the nearer one is found.
          if (Math.abs(off) <= 1) expect(Math.abs((found ?? Infinity) - step)).toBeLessThanOrEqual(2);
          else if (found !== undefined) expect(Math.abs(found - step - off)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test('comes of a secret that opens for its person alone', () => {
    const settings = { relyingParty: undefined, secret: randomBytes(32) };
    const place = { tenantId: randomUUID(), userId: randomUUID() };
    const sealed = sealTotp(settings, place, secret);
    expect(openTotp(settings, place, sealed)).toEqual(secret);
    expect(sealed.includes(secret)).toBe(false);
    for (const other of [
      { ...place, userId: randomUUID() },
      { ...place, tenantId: randomUUID() },
    ])
      expect(() => openTotp(settings, other, sealed)).toThrow(/does not open/);
  });

  test('is set up by an address whose names cannot break it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (account, tenant) => {
        fc.pre(account.isWellFormed() && tenant.isWellFormed());
        const { uri, secret: base32 } = describeTotp(secret, { account, tenant });
        const url = new URL(uri);
        expect(url.searchParams.get('secret')).toBe(base32);
        expect(url.protocol).toBe('otpauth:');
      }),
    );
  });
});

describe('recovery codes', () => {
  test('are ten, each of 120 bits, and read the same however they are typed', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) {
      expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}$/);
      const typed = ` ${code.toUpperCase().replaceAll('-', ' ')}`;
      expect(digestOfRecoveryCode(typed)).toEqual(digestOfRecoveryCode(code));
    }
  });
});

describe('a user handle', () => {
  test('is read back, names nobody, and is nothing else', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (tenantId, userId) => {
        const handle = encodeUserHandle({ tenantId, userId });
        expect(handle).toHaveLength(32);
        expect(decodeUserHandle(handle.toString('base64url'))).toEqual({ tenantId, userId });
      }),
    );
    for (const text of ['', 'AAAA', 'A'.repeat(200)]) expect(decodeUserHandle(text)).toBeUndefined();
  });
});

test('the wait after wrong proofs never shortens, and ends at a quarter of an hour', () => {
  const delays = Array.from({ length: 60 }, (_, failures) => delayAfter(failures));
  expect(delays.slice(0, 5)).toEqual([0, 0, 0, 2_000, 4_000]);
  expect(delays).toEqual([...delays].sort((a, b) => a - b));
  expect(delays.at(-1)).toBe(15 * 60_000);
});
