import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readByteRange } from './byte-range.ts';

describe('a range header', () => {
  test.each([
    [undefined, { start: 0, end: 100, partial: false }],
    ['bytes=0-9', { start: 0, end: 10, partial: true }],
    ['bytes=90-', { start: 90, end: 100, partial: true }],
    ['bytes=90-200', { start: 90, end: 100, partial: true }],
    ['bytes=-10', { start: 90, end: 100, partial: true }],
    ['bytes=-1000', { start: 0, end: 100, partial: true }],
    ['bytes=9-3', { start: 0, end: 100, partial: false }],
    ['bytes=0-1,4-5', { start: 0, end: 100, partial: false }],
    ['lines=0-1', { start: 0, end: 100, partial: false }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
  ])('%s', (header, expected) => {
    expect(readByteRange(header, 100)).toEqual(expected);
  });

  test('never names a byte that is not there', () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`),
      fc.nat().map((a) => `bytes=-${a}`),
    );
    fc.assert(
      fc.property(header, fc.integer({ min: 1, max: 10_000 }), (text, size) => {
        const range = readByteRange(text, size);
        if (range === 'unsatisfiable') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThan(range.start);
        expect(range.end).toBeLessThanOrEqual(size);
      }),
      { numRuns: 1000 },
    );
  });
});
