import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findSign, type SignedCall, type Signs } from './call-signs.ts';

const call = (change: Partial<SignedCall> = {}): SignedCall => ({
  header: () => [],
  metadata: () => [],
  addresses: [],
  ...change,
});
const withHeader = (name: string, ...values: string[]) =>
  call({ header: (asked) => (asked === name ? values : []) });

describe('a sign', () => {
  test('by number is a beginning with a plus, and a whole number without', () => {
    const signs: Signs = { numbers: ['+49 30 555', '112'] };
    const by = (address: string) => findSign(signs, call({ addresses: [address] }))?.by;
    expect(by('sip:+4930555-12@pbx.example;user=phone')).toBe('number');
    expect(by('tel:+4930555')).toBe('number');
    expect(by('<sip:112@pbx.example>')).toBe('number');
    for (const other of ['sip:1123@pbx.example', 'sip:+4930556@a', 'sip:x@112', '', 'sip:@'])
      expect(by(other)).toBeUndefined();
  });

  test('by header or metadata compares whole values without regard to case, or takes any', () => {
    const signs: Signs = { headers: [{ name: 'X-Age', values: ['Minor'] }], metadata: [{ name: 'queue' }] };
    expect(findSign(signs, withHeader('X-Age', ' minor '))).toEqual({ state: 'begins', by: 'header X-Age' });
    expect(findSign(signs, withHeader('X-Age', 'minority'))).toBeUndefined();
    expect(findSign(signs, call({ metadata: () => ['hotline'] }))?.by).toBe('metadata queue');
    expect(findSign(signs, call({ metadata: () => [' '] }))).toBeUndefined();
  });

  test('by department is that of the source', () => {
    const signs: Signs = { departments: ['Clinic'] };
    expect(findSign(signs, call({ department: 'Clinic' }))?.by).toBe('department');
    expect(findSign(signs, call({ department: 'Sales' }))).toBeUndefined();
  });

  test('ends by its word, and where one begins as another ends, it begins', () => {
    const signs: Signs = {
      headers: [
        { name: 'X-Card', values: ['on'], ends: ['off'] },
        { name: 'X-Pay', ends: ['done'] },
      ],
    };
    expect(findSign(signs, withHeader('X-Card', 'off'))).toEqual({ state: 'ends', by: 'header X-Card' });
    expect(findSign(signs, withHeader('X-Card', 'off', 'on'))?.state).toBe('begins');
    expect(findSign(signs, withHeader('X-Pay', 'now'))?.state).toBe('begins');
    expect(findSign(signs, withHeader('X-Pay', 'DONE'))?.state).toBe('ends');
    expect(findSign(signs, withHeader('X-Card', 'other'))).toBeUndefined();
  });

  test('is found or not for any text, and never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (address, value, word) => {
        const signs: Signs = { numbers: [word], headers: [{ name: 'A', values: [word] }] };
        const found = findSign(signs, call({ addresses: [address], header: () => [value] }));
        expect([undefined, 'begins']).toContain(found?.state);
      }),
    );
  });
});
