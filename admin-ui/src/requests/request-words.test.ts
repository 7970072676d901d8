import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RequestReceipt } from '../../../hub/api/schemas/request.ts';
import { byStore, decisionsFor, KIND_WORDS, needsGround, planNeeds, storeInWords } from './request-words.ts';

test.each([
  [{}, 'nobody'],
  [{ give: 3, restrict: 1 }, 'nobody'],
  [{ give: 3, withhold: 1 }, 'refusal'],
  [{ keep: 2, 'erase-side': 1 }, 'erasure'],
  [{ keep: 2, 'erase-side': 0, erase: 0 }, 'refusal'],
])('the plan %j needs %s', (plan, needs) => {
  expect(planNeeds(plan)).toBe(needs);
});

describe('what answers a request', () => {
  test.each(Object.keys(KIND_WORDS) as (keyof typeof KIND_WORDS)[])(
    'of the kind %s has at least one answer, each once',
    (kind) => {
      const offered = decisionsFor(kind).map(({ value }) => value);
      expect(offered.length).toBeGreaterThan(0);
      expect(new Set(offered).size).toBe(offered.length);
    },
  );

  test('says no, and gives the voice of others away, only with a ground', () => {
    const decisions = ['give', 'give-side', 'erase', 'erase-side', 'restrict', 'withhold', 'keep'] as const;
    const grounded = (others: boolean) => decisions.filter((one) => needsGround(one, others));
    expect([grounded(false), grounded(true)]).toEqual([
      ['withhold', 'keep'],
      ['give', 'withhold', 'keep'],
    ]);
  });
});

test('receipts stand by their store, none lost, none twice', () => {
  const receipt = fc.record({ store: fc.constantFrom('objects', 'database', 'CRM'), recordingId: fc.uuid() });
  fc.assert(
    fc.property(fc.array(receipt), (made) => {
      const receipts = made as unknown as RequestReceipt[];
      const grouped = byStore(receipts);
      expect(new Set(grouped.map(({ store }) => store)).size).toBe(grouped.length);
      expect(grouped.flatMap((group) => group.receipts)).toHaveLength(receipts.length);
      for (const { store, receipts: own } of grouped)
        expect(own).toEqual(receipts.filter((one) => one.store === store));
    }),
  );
});

test('a store is named, a connection by its own name', () => {
  expect([storeInWords('objects'), storeInWords('CRM of sales')]).toEqual(['Object store', 'CRM of sales']);
});
