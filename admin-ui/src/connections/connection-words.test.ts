import { expect, test } from '@jest/globals';
import { percent, waitedFor } from './connection-words.ts';

test('a wait is told in the largest unit that is not nothing', () => {
  const now = new Date('2026-11-26T12:00:00.000Z');
  const ago = (seconds: number) => waitedFor(new Date(now.getTime() - seconds * 1000).toISOString(), now);
  expect([0, 59, 60, 3599, 7200, 172_799, 259_200].map(ago)).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '60 min',
    '2 h',
    '48 h',
    '3 days',
  ]);
  expect(waitedFor('2026-11-26T12:00:05.000Z', now)).toBe('0 s');
});

test('a small share is not said to be none', () => {
  expect([0, 0.001, 0.04, 1].map(percent)).toEqual(['0 %', '< 1 %', '4 %', '100 %']);
});
