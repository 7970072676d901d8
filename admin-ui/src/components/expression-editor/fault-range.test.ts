import { expect, test } from '@jest/globals';
import { faultRange } from './fault-range.ts';

test.each([
  ['record.nmae', { from: 7 }, 'nmae'],
  ['record.nmae + 1', { from: 6 }, '.nmae'],
  ['a + ?', { from: 4 }, '?'],
  ['a + ', { from: 4 }, ' '],
  ['a', { from: 99 }, 'a'],
  ['one two', { from: 0, to: 7 }, 'one two'],
  ['one', { from: 0, to: 99 }, 'one'],
  ['', { from: 0 }, ''],
])('in %j, %j is underlined at %j', (text, fault, marked) => {
  const { from, to } = faultRange(text, { ...fault, message: 'x' });
  expect(text.slice(from, to)).toBe(marked);
});
