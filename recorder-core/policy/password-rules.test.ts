import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { passwordFault } from './password-rules.ts';

const NAMES = ['Ada Example', 'Example Telephone Company', 'Holdfast'];

describe('a password', () => {
  test.each([
    ['too short', 'fourteen chars'],
    ['too long', 'a long text '.repeat(30)],
    ['the same character', 'aaaaaaaaaaaaaaaaaaaa'],
    ['a word again and again', 'correct horse correct horse '],
    ['the same with its end cut off', 'correct horse correct hor'],
    ['few different characters', '11222111221212112122'],
    ['the alphabet', 'abcdefghijklmnopqrstuv'],
    ['numbers backwards', '98765432109876543210'],
    ['the name of the person', 'my name is EXAMPLE, you know'],
    ['the name of the product', 'Ｈｏｌｄｆａｓｔ keeps what was said'],
  ])('that is %s is refused', (_what, password) => {
    expect(passwordFault(password, NAMES)).toEqual(expect.any(String));
  });

  test('that is a sentence of its own is taken, in any script', () => {
    expect(passwordFault('seven grey horses walk uphill', NAMES)).toBeUndefined();
    expect(passwordFault('七匹灰色的马慢慢走上山坡去看海的日出', NAMES)).toBeUndefined();
  });

  test('is never refused for a lack of character classes', () => {
    const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz');
    fc.assert(
      fc.property(fc.array(letter, { minLength: 30, maxLength: 60 }), (letters) => {
        fc.pre(new Set(letters).size > 12);
        expect(passwordFault(letters.join(''), [])).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test('written in two ways counts once, and no text makes the check fail', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        expect(passwordFault(text.normalize('NFD'), NAMES)).toBe(passwordFault(text.normalize('NFC'), NAMES));
      }),
    );
  });
});
