import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allowedToday, decideVolume, VOLUME_LIMITS, type ClassVolume } from './disposal-volume.ts';

const volume = (change: Partial<ClassVolume> = {}): ClassVolume => ({
  retentionClass: 'business-call',
  due: 10,
  today: 0,
  history: [],
  ...change,
});

describe('the volume of disposals', () => {
  test('is usual for a small tenant without a history, up to the floor', () => {
    expect(decideVolume([volume({ due: 100 })])).toEqual({ stop: false, rule: 'disposal/usual-volume' });
    expect(decideVolume([volume({ due: 101 })])).toMatchObject({
      stop: true,
      rule: 'disposal/unusual-volume',
      reason:
        'Class business-call: 101 recordings would go; never a day before in 28 days, and 100 are allowed without a second person.',
    });
  });

  test('is measured by the largest day of the class, and by what went today already', () => {
    const history = [2_000, 900, 1_500];
    expect(decideVolume([volume({ due: 6_000, history })]).stop).toBe(false);
    expect(decideVolume([volume({ due: 6_000, today: 1, history })]).stop).toBe(true);
  });

  test('stops for a class that lost its floor, although the house as a whole disposes of more every day', () => {
    const busy = volume({ due: 5_000, history: [5_000] });
    const trades = volume({ retentionClass: 'mifid2', due: 400 });
    expect(decideVolume([busy, trades])).toMatchObject({
      stop: true,
      reason: expect.stringMatching(/^Class mifid2: 400/) as unknown,
    });
  });

  const drawn = fc.record({
    retentionClass: fc.constantFrom('a', 'b', 'c'),
    due: fc.nat(5_000),
    today: fc.nat(5_000),
    history: fc.array(fc.nat(3_000), { maxLength: 28 }),
  });

  test('never gets more usual by more that is due, and does not depend on any order', () => {
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 4 }), fc.nat(1_000), (volumes, more) => {
        const answer = decideVolume(volumes);
        expect(decideVolume(volumes.toReversed()).stop).toBe(answer.stop);
        const shuffled = volumes.map((one) => ({ ...one, history: one.history.toReversed() }));
        expect(decideVolume(shuffled)).toEqual(answer);
        if (answer.stop)
          expect(decideVolume(volumes.map((one) => ({ ...one, due: one.due + more }))).stop).toBe(true);
      }),
    );
  });

  test('lets go of what is allowed and stops at one more', () => {
    fc.assert(
      fc.property(drawn, (one) => {
        const allowed = allowedToday(one, VOLUME_LIMITS);
        const today = Math.min(one.today, allowed);
        expect(decideVolume([{ ...one, today, due: allowed - today }]).stop).toBe(false);
        expect(decideVolume([{ ...one, today, due: allowed - today + 1 }]).stop).toBe(true);
      }),
    );
  });
});
