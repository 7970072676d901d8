import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sampleRecording } from '../../connectors/kit/acceptance/sample-records.ts';
import { callsOf } from './calls-of.ts';
import type { SentDelivery } from './settle-batch.ts';

const TENANT = '00000000-0000-4000-8000-000000000001';

/** Deliveries that failed together, at the same attempt. */
function failed(
  count: number,
  attempt: number,
  alone = true,
  operation = 'upsert-recording',
): SentDelivery[] {
  return Array.from({ length: count }, (_none, n) => {
    const record = sampleRecording(TENANT, n);
    return {
      act: 'send',
      operation,
      record,
      delivery: {
        id: `${operation} ${n}`,
        operation,
        subject: { type: 'recording', id: record.id },
        attempt,
        asked: 0,
        doubtful: false,
        alone,
        connectionVersion: 1,
        corrections: null,
        firstFailedAt: null,
      },
    };
  });
}

const sizes = (prepared: readonly SentDelivery[]) => callsOf(prepared).map((call) => call.length);

test('what has not failed goes in one call for each operation', () => {
  expect(sizes([...failed(300, 1, false), ...failed(20, 4, false, 'delete-recording')])).toEqual([300, 20]);
});

test('what failed together goes in eighths, then in eighths of these, at last alone', () => {
  expect(sizes(failed(200, 2))).toEqual(Array(8).fill(25));
  expect(sizes(failed(200, 3)).slice(0, 2)).toEqual([3, 3]);
  expect(sizes(failed(200, 4))).toEqual(Array(200).fill(1));
  expect(sizes(failed(3, 2))).toEqual([1, 1, 1]);
});

test('whoever is to blame is alone after few attempts, however many there are and wherever they stand', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 5000 }), fc.integer({ min: 0, max: 4999 }), (count, place) => {
      const blame = `upsert-recording ${place % count}`;
      let [together, calls] = [count, 0];
      for (let attempt = 2; together > 1; attempt += 1) {
        expect(attempt).toBeLessThan(7);
        const cut = callsOf(failed(together, attempt));
        calls += cut.length;
        together = cut.find((call) => call.some(({ delivery }) => delivery.id === blame))?.length ?? 1;
      }
      expect(calls).toBeLessThan(count <= 8 ? 9 : 100);
    }),
    { numRuns: 20 },
  );
});

test('each delivery is in one call, and those of one call are alike', () => {
  const some = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 9 }), fc.boolean());
  fc.assert(
    fc.property(some, some, ([a, first, alone], [b, second, also]) => {
      const prepared = [...failed(a, first, alone), ...failed(b, second, also, 'delete-recording')];
      const calls = callsOf(prepared);
      expect(calls.flat().map(({ delivery }) => delivery.id)).toEqual(
        prepared.map(({ delivery }) => delivery.id),
      );
      for (const call of calls) expect(new Set(call.map(({ operation }) => operation)).size).toBe(1);
    }),
    { numRuns: 50 },
  );
});
