import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isCommonPassword } from './common-passwords.ts';

describe('a password is common', () => {
  test.each([
    ['on the list, long enough as it is', 'qwertyuiop12345'],
    ['on the list in capitals and with signs between', '1QAZ-2WSX-3EDC-4RFV'],
    ['one of the list with a year and a sign', 'Basketball2026!'],
    ['two of the list in a row', 'iloveyou.forever'],
    ['one of the list with letters written as digits', 'B4sk3tb4ll-m0nk3y!'],
  ])('that is %s', (_what, password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  test.each([
    'seven grey horses walk uphill',
    'kettle tambourine fjord 88 walnut',
    '七匹灰色的马慢慢走上山坡去看海的日出',
    'wq8Zr-k2Lmv-0pTyh-3sDfe',
    '',
  ])('and "%s" is not', (password) => {
    expect(isCommonPassword(password)).toBe(false);
  });

  test('is told for any text within a bound of work', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 256 }), (text) => {
        expect(typeof isCommonPassword(text)).toBe('boolean');
      }),
      { numRuns: 200 },
    );
  });
});
