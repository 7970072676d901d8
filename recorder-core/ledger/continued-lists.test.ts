import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonValue } from './canonical-json.ts';
import { ContinuedLists, splitList, wholeLists } from './continued-lists.ts';
import { makeLeaf, parseLeaf, placeLeaf, type Leaf, type LeafInput } from './leaf.ts';

const SEALED: Omit<LeafInput, 'tenant'> = {
  at: new Date('2026-07-01T10:00:00.500Z'),
  act: 'recording.sealed',
  object: { type: 'recording', id: 'r-1' },
  outcome: 'done',
  rules: ['consent/two-party'],
};

/** As the log has it; throws where a leaf has more bytes than it may have. */
function entered(leaf: Omit<LeafInput, 'tenant'>): Leaf {
  const { bytes } = makeLeaf({ ...leaf, tenant: 't-1' }, {}, randomBytes);
  return parseLeaf(placeLeaf(bytes, { ordinal: 1, previous: null }));
}

const withParts = (parts: readonly JsonValue[], act: LeafInput['act'] = 'recording.sealed'): Leaf[] =>
  splitList({ ...SEALED, act, facts: { consent: 'RECORD', parts } }, 'parts').map(entered);

/** A list of `count` items of 1,000 bytes. */
const items = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => String(index).padStart(1_000, '0'));

describe('a list of facts', () => {
  it('that fits stays in its leaf, which is as it was', () => {
    const leaf = { ...SEALED, facts: { parts: items(40) } };
    expect(splitList(leaf, 'parts')).toEqual([leaf]);
    expect(splitList({ ...SEALED, facts: { parts: [] } }, 'parts')).toEqual([
      { ...SEALED, facts: { parts: [] } },
    ]);
    expect(splitList(SEALED, 'parts')).toEqual([SEALED]);
    expect(splitList({ ...SEALED, facts: { parts: 'none' } }, 'parts')).toHaveLength(1);
  });

  it('of any length and any items fits its leaves, and is put together again as it was', () => {
    const item = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3_000 }).filter((text) => text.isWellFormed()),
      fc.record({ id: fc.uuid(), sha256: fc.string({ minLength: 64, maxLength: 64 }) }),
      fc.integer(),
    );
    fc.assert(
      fc.property(fc.array(item, { maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (some, times) => {
        const parts = Array.from({ length: times }, () => some).flat();
        const leaves = withParts(parts);
        const [first, ...others] = leaves;
        expect(others.every(({ act }) => act === 'entry.continued')).toBe(true);
        expect(others.length > 0).toBe(first?.facts?.['continued'] !== undefined);
        expect(wholeLists(leaves)).toEqual([{ ...first, facts: { consent: 'RECORD', parts } }]);
      }),
      { numRuns: 60 },
    );
  });

  it('says in its first leaf how many items there are and how many leaves follow, and in each of them which it is', () => {
    const leaves = withParts(items(100));
    expect(leaves.map(({ facts }) => ({ ...facts, parts: (facts?.['parts'] as unknown[]).length }))).toEqual([
      { consent: 'RECORD', parts: 49, continued: { list: 'parts', items: 100, leaves: 2 } },
      { act: 'recording.sealed', list: 'parts', number: 1, parts: 49 },
      { act: 'recording.sealed', list: 'parts', number: 2, parts: 2 },
    ]);
  });

  it('is read through what others enter about the object in between, and lists of two acts side by side', () => {
    const [a, b, c] = withParts(items(100)) as [Leaf, Leaf, Leaf];
    const [x, y] = withParts(items(60), 'keys.destroyed') as [Leaf, Leaf];
    const played = entered({ ...SEALED, act: 'recording.played' });
    expect(wholeLists([a, played, x, b, y, c]).map(({ act }) => act)).toEqual([
      'recording.played',
      'keys.destroyed',
      'recording.sealed',
    ]);
  });
});

describe('a list that is not whole is refused:', () => {
  const [first, second, third] = withParts(items(100)) as [Leaf, Leaf, Leaf];
  const changed = (leaf: Leaf, facts: Readonly<Record<string, JsonValue>>): Leaf => ({
    ...leaf,
    facts: { ...leaf.facts, ...facts },
  });
  const continued = { list: 'parts', items: 100, leaves: 2 };

  it.each<[string, Leaf[], string]>([
    ['its first leaf is missing', [second, third], 'follows on nothing'],
    ['one in the middle is missing', [first, third], 'another leaf than the next'],
    ['its last leaf is missing', [first, second], 'the end of its list is missing'],
    ['all that follow are missing', [first], 'the end of its list is missing'],
    ['a leaf stands twice', [first, second, second, third], 'another leaf than the next'],
    ['the last stands twice', [first, second, third, third], 'follows on nothing'],
    ['two are exchanged', [first, third, second], 'another leaf than the next'],
    ['it begins twice', [first, first, second, third], 'entered again before its list has ended'],
    ['it has fewer items than it says', [first, second, changed(third, { parts: [] })], 'another length'],
    ['another list is continued', [first, changed(second, { list: 'moves' }), third], 'another leaf'],
    ['what follows has no list', [first, changed(second, { parts: 'all' }), third], 'another leaf'],
    [
      'it names no list',
      [changed(first, { continued: { ...continued, list: 'x' } })],
      'how its list goes on',
    ],
    [
      'it names the list of nothing',
      [changed(first, { continued: { ...continued, list: 1 } })],
      'how its list',
    ],
    ['nothing is to follow', [changed(first, { continued: { ...continued, leaves: 0 } })], 'how its list'],
    ['it says no count', [changed(first, { continued: { ...continued, items: '100' } })], 'how its list'],
    ['it says more', [changed(first, { continued: { ...continued, more: 1 } })], 'how its list'],
    ['it says how in no object', [changed(first, { continued: null })], 'how its list'],
  ])('%s', (_what, leaves, reason) => {
    const read = (): Leaf[] => wholeLists(leaves);
    expect(read).toThrow(reason);
    expect(read).toThrow(expect.objectContaining({ code: 'integrity_failed' }) as unknown as Error);
  });

  it('a leaf that continues something and does not say what', () => {
    const stray: Leaf = { ...second };
    delete (stray as { facts?: unknown }).facts;
    expect(() => new ContinuedLists().add(stray)).toThrow('follows on nothing');
  });
});
