import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OutboundRecord } from '../../../connectors/kit/record.ts';
import { splitBatches } from './split-batches.ts';

const sizeOf = (record: unknown): number => Buffer.byteLength(JSON.stringify(record));
const items = fc
  // Half a surrogate pair has no canonical form.
  .array(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constant('\ud800')), { maxLength: 30 })
  .map((ids) => ids.map((id) => ({ record: { kind: 'withdrawal', id, held: false } as OutboundRecord })));
const limits = fc.record({
  maxRecords: fc.integer({ min: 1, max: 10 }),
  maxBytes: fc.integer({ min: 1, max: 500 }),
});

test('records are cut in their order, none left out, into batches that are as large as the limits allow', () => {
  fc.assert(
    fc.property(items, limits, (given, limit) => {
      const batches = splitBatches(given, limit);
      expect(batches.flat()).toEqual(given);
      for (const [index, batch] of batches.entries()) {
        const bytes = batch.reduce((sum, { record }) => sum + sizeOf(record), 0);
        expect(batch.length).toBeLessThanOrEqual(limit.maxRecords);
        // One that is too large goes alone.
        if (batch.length > 1) expect(bytes).toBeLessThanOrEqual(limit.maxBytes);
        const next = batches[index + 1]?.[0];
        if (next === undefined) continue;
        const isFull = batch.length === limit.maxRecords || bytes + sizeOf(next.record) > limit.maxBytes;
        expect(isFull).toBe(true);
      }
    }),
  );
});
