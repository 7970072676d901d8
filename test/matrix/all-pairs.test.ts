import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allPairs } from './all-pairs.ts';

const pairsOf = (item: readonly number[]): string[] =>
  item.flatMap((value, place) =>
    item.slice(place + 1).map((other, step) => `${place}=${value} ${place + step + 1}=${other}`),
  );
const items = fc.array(fc.array(fc.nat({ max: 4 }), { minLength: 4, maxLength: 4 }), { maxLength: 120 });

describe('the chosen cases', () => {
  test('have every pair that any case has, and are cases', () => {
    fc.assert(
      fc.property(items, (all) => {
        const chosen = allPairs(all, pairsOf);
        expect(new Set(chosen.flatMap(pairsOf))).toEqual(new Set(all.flatMap(pairsOf)));
        expect(chosen.every((item) => all.includes(item))).toBe(true);
      }),
    );
  });

  test('are each needed when they are chosen, and few of a product', () => {
    const values = [0, 1, 2, 3];
    const product = values.flatMap((a) => values.flatMap((b) => values.map((c) => [a, b, c])));
    const chosen = allPairs(product, pairsOf);
    expect(chosen.length).toBeLessThan(24); // 16 can do; all would be 64
    expect(allPairs(product, pairsOf)).toEqual(chosen);
  });
});
