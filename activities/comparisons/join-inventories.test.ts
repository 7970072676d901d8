import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { InventoryItem } from '../../connectors/kit/inventory.ts';
import type { ExpectedRecording } from '../../recorder-core/records/expected-recordings.ts';
import { joinInventories, type Found } from './join-inventories.ts';

const idOf = (n: number): string => `0190c0de-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
async function* pagesOf<T>(items: readonly T[], size: number): AsyncGenerator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
const join = async (
  expected: readonly ExpectedRecording[],
  there: readonly InventoryItem[],
  size = 2,
): Promise<Found[]> => Array.fromAsync(joinInventories(pagesOf(expected, size), pagesOf(there, size)));

const want = (n: number, revision: number, more: Partial<ExpectedRecording> = {}): ExpectedRecording => ({
  id: idOf(n),
  revision,
  wanted: true,
  unsettled: false,
  ...more,
});
const has = (n: number, revision: number): InventoryItem => ({ id: idOf(n), revision, held: false });

describe('the comparison of a connected system with the source', () => {
  test('tells of every recording what was found', async () => {
    const gone = { wanted: false };
    const busy = { unsettled: true };
    const found = await join(
      [
        want(1, 5),
        want(2, 5),
        want(3, 5),
        want(4, 5),
        want(5, 5, gone),
        want(6, 5, gone),
        want(7, 5, busy),
        want(8, 5, busy),
        want(9, 5, { ...gone, ...busy }),
      ],
      [has(1, 5), has(2, 4), has(3, 6), has(5, 5), has(8, 4), has(9, 5), has(10, 1)],
    );
    expect(found.map(({ id, finding }) => [Number.parseInt(id.slice(-4), 16), finding])).toEqual([
      [1, 'same'],
      [2, 'older'],
      [3, 'newer'],
      [4, 'missing'],
      [5, 'extra'],
      [7, 'waiting'],
      [8, 'waiting'],
      [9, 'waiting'],
      [10, 'unknown'],
    ]);
  });

  test('agrees with a look at each recording alone, whatever the pages', async () => {
    const side = fc.dictionary(fc.integer({ min: 0, max: 30 }).map(String), fc.integer({ min: 1, max: 3 }));
    await fc.assert(
      fc.asyncProperty(side, side, fc.integer({ min: 1, max: 7 }), async (left, right, size) => {
        const numbers = (one: Record<string, number>) =>
          Object.keys(one)
            .map(Number)
            .sort((a, b) => a - b);
        const found = await join(
          numbers(left).map((n) => want(n, left[n] ?? 0)),
          numbers(right).map((n) => has(n, right[n] ?? 0)),
          size,
        );
        const alone = numbers({ ...left, ...right }).map((n) => {
          const [a, b] = [left[n], right[n]];
          if (a === undefined) return { id: idOf(n), finding: 'unknown' };
          if (b === undefined) return { id: idOf(n), finding: 'missing' };
          return { id: idOf(n), finding: a === b ? 'same' : b < a ? 'older' : 'newer' };
        });
        expect(found).toEqual(alone);
      }),
    );
  });

  test('counts what a page repeats once, and gives up on a side that is out of order', async () => {
    expect(await join([want(1, 1)], [has(1, 1), has(1, 1)], 1)).toHaveLength(1);
    await expect(join([want(1, 1), want(2, 1)], [has(2, 1), has(1, 1)])).rejects.toThrow('out of order');
  });
});
