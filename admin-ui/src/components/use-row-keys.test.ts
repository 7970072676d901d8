import { expect, test } from '@jest/globals';
import { rowAfterKey } from './use-row-keys.ts';

test('arrows go one row, Home and End to the ends, and nothing leads out of the table', () => {
  expect(rowAfterKey('ArrowDown', 0, 3)).toBe(1);
  expect(rowAfterKey('ArrowUp', 2, 3)).toBe(1);
  expect(rowAfterKey('Home', 2, 3)).toBe(0);
  expect(rowAfterKey('End', 0, 3)).toBe(2);
  for (const [key, at] of [
    ['ArrowDown', 2],
    ['ArrowUp', 0],
    ['Home', 0],
    ['End', 2],
    ['Enter', 1],
    ['a', 1],
  ] as const)
    expect(rowAfterKey(key, at, 3)).toBeUndefined();
});
