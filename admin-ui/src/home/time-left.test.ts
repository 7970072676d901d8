import { describe, expect, test } from '@jest/globals';
import { urgencyOf } from './time-left.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

describe('urgencyOf', () => {
  test.each([
    ['2026-11-24T12:30:00Z', 'Runs out in 3 days', 'neutral'],
    ['2026-11-21T15:30:00Z', 'Runs out in 3 hours', 'warn'],
    ['2026-11-21T12:20:30Z', 'Runs out in 20 minutes', 'warn'],
    ['2026-11-21T12:00:20Z', 'Runs out now', 'warn'],
    ['2026-11-21T11:59:30Z', 'Ran out now', 'bad'],
    ['2026-11-21T10:00:00Z', 'Ran out 2 hours ago', 'bad'],
    ['2026-11-19T10:00:00Z', 'Ran out 2 days ago', 'bad'],
  ])('of %s is "%s"', (dueAt, text, tone) => {
    expect(urgencyOf(dueAt, NOW)).toEqual({ text, tone });
  });
});
