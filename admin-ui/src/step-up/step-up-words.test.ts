import { describe, expect, test } from '@jest/globals';
import { codeOf, mayNeedProof, passkeyAdvice, passkeyFailure, providerAddress } from './step-up-words.ts';

describe('words of the fresh proof', () => {
  test('Passkeys are offered on their own pages, and elsewhere it is said where they work.', () => {
    expect(passkeyAdvice('http://localhost:7080', 'http://localhost:7080')).toBeUndefined();
    expect(passkeyAdvice('http://localhost:7080', 'http://127.0.0.1:7080')).toContain(
      'http://localhost:7080',
    );
    expect(passkeyAdvice(null, 'http://192.0.2.1:7080')).toContain('authenticator app');
  });

  test('Whoever only reads needs no authenticator.', () => {
    expect(mayNeedProof(['recording.list', 'recording.play'])).toBe(false);
    expect(mayNeedProof(['recording.list', 'hold.release'])).toBe(true);
  });

  test('A code is six digits, however they are grouped.', () => {
    expect(codeOf(' 123 456 ')).toBe('123456');
    for (const text of ['', '12345', '1234567', 'abcdef']) expect(codeOf(text)).toBeUndefined();
  });

  test('A cancelled dialog of the browser is said in words.', () => {
    expect(passkeyFailure(Object.assign(new Error('x'), { name: 'NotAllowedError' }))).toContain('cancelled');
    expect(passkeyFailure(undefined)).toBeUndefined();
  });

  test('The provider is asked by its reference, and the way back leads to a screen of ours.', () => {
    expect(providerAddress('t', 'p')).toBe('/auth/start?provider=t.p&stepUp=1&next=%2Fproven');
  });
});
