import { expect, test } from '@jest/globals';
import { resultsInWords } from './consent-words.ts';

test.each([
  [{ state: 'asked', results: {} }, 'Being carried out'],
  [{ state: 'done', results: {} }, 'No recording of the party'],
  [{ state: 'done', results: { restricted: 2, kept: 1 } }, '3 recordings: 2 locked, 1 kept as it is'],
] as const)('what came of %j is told as "%s"', (change, words) => {
  expect(resultsInWords(change)).toBe(words);
});
