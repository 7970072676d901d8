import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decidedInWords, placeInWords, placeOf } from './cut-words.ts';

test('A place is read as people write it, and nothing else is one.', () => {
  expect(['75', '75.5', '1:15', '1:15,25', '0:05', '1:02:03.004'].map(placeOf)).toEqual([
    75_000, 75_500, 75_000, 75_250, 5_000, 3_723_004,
  ]);
  for (const text of ['', '1:75', '-1', '1:2:3:4', '5 s', '1.2345', '1:99:00'])
    expect(placeOf(text)).toBeUndefined();
});

test('A place that is shown is read back as the same.', () => {
  fc.assert(
    fc.property(fc.nat({ max: 100_000_000 }), (ms) => {
      expect(placeOf(placeInWords(ms))).toBe(ms);
    }),
  );
});

test('The ground is told with who agreed.', () => {
  expect(decidedInWords('card-data', 'Olga Officer')).toBe('card data, agreed to by Olga Officer');
  expect(decidedInWords('beyond-purpose', null)).toBe('not covered by the purpose');
});
