import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newId } from './ids.ts';

const instant = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('newId', () => {
  test('is a UUIDv7 of the millisecond it is given', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        const id = newId(ms);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(ms);
      }),
      { numRuns: 200 },
    );
  });

  test('sorts in the order of making, also within one millisecond', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 2, max: 40 }), (ms, many) => {
        const ids = Array.from({ length: many }, () => newId(ms));
        expect(new Set(ids).size).toBe(many);
        expect([...ids].sort()).toEqual(ids);
      }),
      { numRuns: 200 },
    );
  });

  test('is not the same when a clock that was set back gives the same millisecond again', () => {
    const ids = Array.from({ length: 2000 }, (_, i) => newId(1_800_000_000_000 + (i % 2)));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
