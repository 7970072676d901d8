import { describe, expect, test } from '@jest/globals';
import type { StorageCell } from '../../../../hub/api/schemas/storage.ts';
import { bytesOf, growthOf, grouped } from './storage-figures.ts';

const cell = (change: Partial<StorageCell>): StorageCell => ({
  store: 'objects',
  region: 'eu-central',
  retentionClass: 'standard',
  month: '2026-01',
  kind: 'media',
  parts: 1,
  bytes: 10,
  ...change,
});

describe('figures of the storage', () => {
  test('Months come newest first, other groups the largest first; sums are of bytes and parts.', () => {
    const cells = [
      cell({}),
      cell({ month: '2026-02', kind: 'waveform', bytes: 5 }),
      cell({ month: '2026-02', bytes: 7, parts: 3 }),
    ];
    expect(grouped(cells, 'month')).toEqual([
      { name: '2026-02', bytes: 12, parts: 4 },
      { name: '2026-01', bytes: 10, parts: 1 },
    ]);
    expect(grouped(cells, 'kind').map(({ name }) => name)).toEqual(['media', 'waveform']);
    expect(grouped([], 'region')).toEqual([]);
  });

  test('Growth is what came between the first and the last day, and nothing can be said of one day.', () => {
    const day = (name: string, bytes: number) => ({
      day: name,
      totals: [
        { store: 'objects', region: 'a', parts: 1, bytes },
        { store: 'spool', region: 'a', parts: 1, bytes: 1 },
      ],
    });
    expect(growthOf([])).toBeUndefined();
    expect(growthOf([day('2026-01-01', 5)])).toBeUndefined();
    expect(growthOf([day('2026-01-01', 0), day('2026-01-02', 99), day('2026-01-11', 50)])).toEqual({
      bytesPerDay: 5,
      days: 10,
    });
    expect(bytesOf(day('2026-01-01', 5))).toBe(6);
  });
});
