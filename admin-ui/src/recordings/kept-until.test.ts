import { describe, expect, test } from '@jest/globals';
import { keptUntil } from './kept-until.ts';

const kept = { state: 'retained', held: false, retainUntil: '2031-02-01T00:00:00.000Z' } as const;

describe('keptUntil', () => {
  test('A recording is kept until its retention date.', () => {
    expect(keptUntil(kept, 'UTC')).toBe('1 Feb 2031');
  });

  test('A hold wins over the date.', () => {
    expect(keptUntil({ ...kept, held: true })).toBe('Hold is released');
  });

  test('Disposal wins over what was, and a missing date is said.', () => {
    expect(keptUntil({ ...kept, state: 'disposed', held: true })).toBe('Disposed of');
    expect(keptUntil({ ...kept, state: 'captured', retainUntil: null })).toBe('Not decided yet');
  });
});
