import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { draftOf, inUnit, levelsOf, nextDraft } from './level-draft.ts';

const level = (afterMinutes: number) => ({ afterMinutes, roles: [], people: [], connections: [] });

describe('a level that is written', () => {
  test('shows its time in the coarsest unit that says it whole', () => {
    expect(inUnit(0)).toEqual({ count: 0, unit: 'minutes' });
    expect(inUnit(90)).toEqual({ count: 90, unit: 'minutes' });
    expect(inUnit(120)).toEqual({ count: 2, unit: 'hours' });
    expect(inUnit(2_880)).toEqual({ count: 2, unit: 'days' });
  });

  test('is sent as it was read, whatever its time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(43_200), { maxLength: 6 }), (times) => {
        expect(levelsOf(times.map(level).map(draftOf))).toEqual(times.map(level));
      }),
    );
  });

  test('cannot be sent while its time is no whole number', () => {
    for (const after of ['', '-1', '1.5', 'soon', '123456'])
      expect(levelsOf([{ ...draftOf(level(0)), after }])).toBeUndefined();
  });

  test('begins an hour after the last, and the first at once', () => {
    expect(nextDraft([])).toMatchObject({ after: '0', unit: 'minutes' });
    expect(nextDraft([draftOf(level(60))])).toMatchObject({ after: '2', unit: 'hours' });
  });
});
