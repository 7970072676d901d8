import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { estimateIndex, IndexSearch, ROLL_OVER } from './packet-index.ts';

describe('the packet index', () => {
  it('is found from its low 16 bits anywhere within half a roll-over of the highest', () => {
    const index = fc.integer({ min: 0x8000, max: 2 ** 48 - 0x8000 });
    const distance = fc.integer({ min: -0x7fff, max: 0x7fff });
    fc.assert(
      fc.property(index, distance, (highest, step) => {
        expect(estimateIndex(highest, (highest + step) % ROLL_OVER)).toBe(highest + step);
      }),
    );
  });

  it('begins with a roll-over counter of 0, and never goes below', () => {
    expect(estimateIndex(-1, 65535)).toBe(65535);
    expect(estimateIndex(3, 65000)).toBe(65000);
  });
});

describe('the search for a lost roll-over counter', () => {
  it('tries the next counter with every packet, and every one of a day within 80', () => {
    const search = new IndexSearch();
    const tried = Array.from({ length: 80 }, () => search.next(5));
    expect(tried.every(([next]) => next === 5 + ROLL_OVER)).toBe(true);
    const counters = new Set(tried.flat().map((index) => Math.floor(index / ROLL_OVER)));
    expect([...counters].sort((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, i) => i + 1));
  });

  it('never passes the end of the 48 bits', () => {
    expect(new IndexSearch().next(2 ** 48 - 1)).toEqual([]);
  });
});
