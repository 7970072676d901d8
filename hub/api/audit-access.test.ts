import { expect, test } from '@jest/globals';
import { NotedAccesses } from './audit-access.ts';

test('the same access is noted once in a quarter of an hour, another one by itself', () => {
  const noted = new NotedAccesses();
  expect(noted.isNoted('a', new Date(0))).toBe(false);
  noted.remember('a', new Date(0));
  expect(noted.isNoted('a', new Date(899_999))).toBe(true);
  expect(noted.isNoted('a', new Date(900_000))).toBe(false);
  expect(noted.isNoted('b', new Date(1))).toBe(false);
});
