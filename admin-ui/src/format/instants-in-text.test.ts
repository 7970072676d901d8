import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { instantsInText } from './instants-in-text.ts';

describe('instantsInText', () => {
  test('An instant inside a sentence is found.', () => {
    expect(instantsInText('Kept until 2031-02-01T00:00:00.000Z, by law.')).toEqual([
      { text: 'Kept until ', isInstant: false },
      { text: '2031-02-01T00:00:00.000Z', isInstant: true },
      { text: ', by law.', isInstant: false },
    ]);
  });

  test('Dates alone and sentences without an instant stay words.', () => {
    expect(instantsInText('Published 2026-11-01.')).toEqual([
      { text: 'Published 2026-11-01.', isInstant: false },
    ]);
    expect(instantsInText('')).toEqual([]);
  });

  test('No character of a sentence is lost.', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('2031-02-01T00:00:00.000Z', '2031-02-01T00:00:00Z'));
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const sentence = words.join('');
        expect(
          instantsInText(sentence)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(sentence);
      }),
      { numRuns: 200 },
    );
  });
});
