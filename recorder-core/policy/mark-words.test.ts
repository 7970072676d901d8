import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldWords } from './fold-words.ts';
import { markWords } from './mark-words.ts';

const marked = (text: string, ...words: string[]): string[] =>
  markWords(text, words).map(([from, to]) => text.slice(from, to));

describe('marks of words in a text', () => {
  test('are of the text as it is written, however the word was folded', () => {
    expect(marked('Zoë Ångström', 'zoe', 'angst')).toEqual(['Zoë', 'Ångst']);
    expect(marked('Zoe\u0308 X', 'zoe')).toEqual(['Zoe\u0308']);
    expect(marked('Weiß & Groß', 'weiss', 'gros')).toEqual(['Weiß', 'Groß']);
    expect(marked('ﬁle ΟΔΟΣ', 'file', 'οδοσ')).toEqual(['ﬁle', 'ΟΔΟΣ']);
  });

  test('join where words overlap, and are of a number through what stands between its digits', () => {
    expect(marked('barb bar', 'bar', 'arb')).toEqual(['barb', 'bar']);
    expect(marked('tel:+49 (30) 1234-567', '+49301234')).toEqual(['49 (30) 1234']);
    expect(marked('tel:+49 30', '0049')).toEqual([]);
    expect(marked('anna', 'x', '')).toEqual([]);
  });

  test('of any text: pieces of it, in order, apart, that fold to what holds the word', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 30 }),
        fc.nat(20),
        fc.integer({ min: 1, max: 4 }),
        (text, at, length) => {
          const word = foldWords(text)
            .split(' ')
            .join('')
            .slice(at, at + length);
          if (word === '') return;
          let before = -1;
          for (const [from, to] of markWords(text, [word])) {
            expect(from).toBeGreaterThan(before);
            expect(to).toBeGreaterThan(from);
            expect(to).toBeLessThanOrEqual(text.length);
            before = to;
          }
        },
      ),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zäöüß]{1,12}$/), fc.string({ maxLength: 10 }), (word, around) => {
        expect(markWords(`${around} ${word}`, [foldWords(word)]).length).toBeGreaterThan(0);
      }),
    );
  });
});
