import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Party } from '../siprec/session-parties.ts';
import { describeParties } from './describe-parties.ts';

const parties: fc.Arbitrary<Party[]> = fc
  .array(
    fc.record(
      {
        streamKey: fc.string(),
        label: fc.string(),
        participantId: fc.string(),
        aor: fc.string(),
        name: fc.string(),
        leftAt: fc.nat(),
        joinedAt: fc.nat(),
        source: fc.constant('unknown' as const),
      },
      { requiredKeys: ['joinedAt', 'source'] },
    ),
    { maxLength: 6 },
  )
  .map((some) => some.map((party, index) => ({ ...party, ordinal: index + 1 })));

describe('parties as they are kept', () => {
  test('have the speakers first and in the order in which they joined, then the listeners, each with a line of its own', () => {
    const listener = { ordinal: 1, joinedAt: 1, source: 'metadata', name: 'Listener' } as unknown as Party;
    const late = {
      ordinal: 3,
      joinedAt: 3,
      source: 'unknown',
      name: 'Late',
      streamKey: 'line=1',
      label: '7',
    } as Party;
    const early = {
      ordinal: 2,
      joinedAt: 2,
      source: 'unknown',
      name: 'Early',
      streamKey: 'label=7',
      label: '7',
    } as Party;
    expect(describeParties([listener, late, early])).toEqual([
      {
        ordinal: 0,
        name: 'Early',
        address: null,
        label: '7',
        participantId: null,
        joinedAtMs: 2,
        leftAtMs: null,
      },
      {
        ordinal: 1,
        name: 'Late',
        address: null,
        label: 'line=1',
        participantId: null,
        joinedAtMs: 3,
        leftAtMs: null,
      },
      {
        ordinal: 2,
        name: 'Listener',
        address: null,
        label: null,
        participantId: null,
        joinedAtMs: 1,
        leftAtMs: null,
      },
    ]);
  });

  test('have names and addresses of a bounded length, cut between two characters', () => {
    const party = { ordinal: 1, source: 'metadata', joinedAt: 1, aor: 'a'.repeat(70_000) } as Party;
    const [kept] = describeParties([{ ...party, name: `${'n'.repeat(511)}😀`, participantId: 'p' }]);
    expect(kept).toMatchObject({
      name: `${'n'.repeat(511)}\ufffd`,
      address: 'a'.repeat(512),
      participantId: 'p',
    });
  });

  test('are all there, numbered from zero without a gap, and their input is not changed', () => {
    fc.assert(
      fc.property(parties, (some) => {
        const before = structuredClone(some);
        const kept = describeParties(some);
        expect(some).toEqual(before);
        expect(kept.map(({ ordinal }) => ordinal)).toEqual(some.map((_, index) => index));
        expect(kept.map(({ name }) => name).sort()).toEqual(some.map(({ name }) => name ?? null).sort());
        const speaks = some.filter(({ streamKey }) => streamKey !== undefined).length;
        expect(kept.slice(0, speaks).every(({ label }) => label !== null)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
