import { describe, expect, test } from '@jest/globals';
import { hashPassword, isOutdated, isPassword, PASSWORD_COST } from './hash-password.ts';

const CHEAP = { ln: 8, r: 8, p: 1 };

describe('a stored password', () => {
  test('is recognised at the cost that it was stored at, and by nothing else', async () => {
    const stored = await hashPassword('seven grey horses walk uphill', CHEAP);
    expect(stored).toMatch(/^\$scrypt\$ln=8,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await isPassword('seven grey horses walk uphill', stored)).toBe(true);
    expect(await isPassword('seven grey horses walk downhill', stored)).toBe(false);
    expect(await isPassword('', stored)).toBe(false);
  });

  test('is the same however its letters are composed', async () => {
    const stored = await hashPassword('dix-sept café crèmes'.normalize('NFD'), CHEAP);
    expect(await isPassword('dix-sept café crèmes'.normalize('NFC'), stored)).toBe(true);
  });

  test('has a salt of its own, and is outdated when the cost has changed', async () => {
    const [first, second] = [await hashPassword('the same', CHEAP), await hashPassword('the same', CHEAP)];
    expect(first).not.toBe(second);
    expect(isOutdated(first, CHEAP)).toBe(false);
    expect(isOutdated(first)).toBe(true);
  });

  test('costs as much as the guidance for passwords asks for', async () => {
    expect(PASSWORD_COST).toEqual({ ln: 17, r: 8, p: 1 }); // OWASP: 2^17, 8, 1, which is 128 MiB
    expect(await isPassword('anything', null)).toBe(false);
    expect(await isPassword('anything', 'not a hash', CHEAP)).toBe(false);
  });
});
