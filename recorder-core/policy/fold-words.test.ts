import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldWords } from './fold-words.ts';

const LETTERS = 'aÀéßẞİıIΣσςŞşŒœÅ한글ﬁ①٣３Ωé가각 \u00a0\u3000\t-+@.%_\\';
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

describe('foldWords', () => {
  test('folds case, accents, width and white space, and leaves numbers and addresses readable', () => {
    expect(foldWords('  Ágnes   NAGYNÉ\tSzőke ')).toBe('agnes nagyne szoke');
    expect(foldWords('sip:+1 (415) 555-0100@SBC.example')).toBe('sip:+1 (415) 555-0100@sbc.example');
    expect(foldWords('ＡＢＣ１２３ ﬁn')).toBe('abc123 fin');
    expect(foldWords('İSTANBUL')).toBe('istanbul');
  });

  test('lets a name be found however its Greek or German is written', () => {
    expect(foldWords('ΟΔΥΣΣΕΑΣ')).toBe(foldWords('Οδυσσέας'));
    expect(foldWords('Ευσταθίου')).toContain(foldWords('ΕΥΣ'));
    expect(foldWords('STRASSE')).toBe(foldWords('Straße'));
  });

  test('folds what is folded to itself', () => {
    fc.assert(
      fc.property(text, (written) => {
        expect(foldWords(foldWords(written))).toBe(foldWords(written));
      }),
      { numRuns: 300 },
    );
  });

  test('meets: a word of a text is in the folded text, alone or among others', () => {
    fc.assert(
      fc.property(text, text, text, (before, word, after) => {
        expect(foldWords(`${before} ${word} ${after}`)).toContain(foldWords(word));
        expect(foldWords(`${before}${word}`)).toContain(foldWords(before));
      }),
      { numRuns: 300 },
    );
  });

  test('gives capitals and small letters the same form', () => {
    fc.assert(
      fc.property(text, (written) => {
        expect(foldWords(written.toLowerCase())).toBe(foldWords(written));
      }),
      { numRuns: 300 },
    );
  });
});
