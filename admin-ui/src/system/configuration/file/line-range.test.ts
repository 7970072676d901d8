import { expect, test } from '@jest/globals';
import { lineRange } from './line-range.ts';

test('a line is found by its number, also the last one and one that there is not', () => {
  const text = 'one\ntwo\n\nfour';
  const lines = [1, 2, 3, 4].map((line) => text.slice(...lineRange(text, line)));
  expect(lines).toEqual(['one', 'two', '', 'four']);
  expect(lineRange(text, 9)).toEqual([text.length, text.length]);
});
