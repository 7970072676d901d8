import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  DEFAULT_ACCESS_RULES,
  isWithin,
  judgeAccesses,
  type Access,
  type AccessRules,
} from './access-alert.ts';

const noon = Date.parse('2026-11-26T12:00:00.000Z'); // a Thursday
const take = (minute: number, objectId: string): Access => ({
  at: new Date(noon + minute * 60_000),
  kind: 'take',
  objectId,
  country: null,
});
const enter = (minute: number, country: string | null): Access => ({
  ...take(minute, 'user'),
  kind: 'enter',
  country,
});
const rules: AccessRules = { ...DEFAULT_ACCESS_RULES, bulk: { recordings: 3, minutes: 60 } };
const judge = (
  accesses: Access[],
  more: { earlier?: Access[]; countries?: string[]; rules?: AccessRules } = {},
) =>
  judgeAccesses(more.rules ?? rules, {
    accesses,
    earlier: more.earlier ?? [],
    countries: new Set(more.countries ?? []),
  });

describe('many recordings', () => {
  test('within the window are unusual; the same one again and again is not', () => {
    expect(judge([take(0, 'a'), take(1, 'b'), take(2, 'c')])).toEqual([
      { kind: 'bulk', count: 3, from: new Date(noon), to: new Date(noon + 120_000) },
    ]);
    expect(judge([take(0, 'a'), take(1, 'a'), take(2, 'b'), take(3, 'a')])).toEqual([]);
  });

  test('are counted over what was judged before, which is not told again', () => {
    const earlier = [take(0, 'a'), take(1, 'b'), take(2, 'c')];
    expect(judge([take(70, 'd')], { earlier })).toEqual([]);
    expect(judge([take(61, 'd')], { earlier })).toEqual([]);
    expect(judge([take(30, 'd')], { earlier })).toMatchObject([{ kind: 'bulk', count: 4 }]);
  });

  test('are found wherever some window has too many, and nowhere else', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.constantFrom('a', 'b', 'c', 'd'))),
        (given) => {
          const takes = given.map(([minute, id]) => take(minute, id));
          const some = takes.some(({ at }) => {
            const window = takes.filter((one) => {
              const age = at.getTime() - one.at.getTime();
              return age >= 0 && age < 3_600_000;
            });
            return new Set(window.map(({ objectId }) => objectId)).size >= 3;
          });
          expect(judge(takes).length > 0).toBe(some);
        },
      ),
    );
  });
});

describe('the hours', () => {
  const berlin = { zone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], from: '07:00', to: '20:00' };
  test.each([
    ['2026-11-26T05:59:00Z', false],
    ['2026-11-26T06:00:00Z', true],
    ['2026-11-26T18:59:59Z', true],
    ['2026-11-26T19:00:00Z', false],
    ['2026-11-28T12:00:00Z', false],
    ['2026-07-01T05:00:00Z', true],
  ])('%s is within Berlin’s working week: %s', (at, within) => {
    expect(isWithin(berlin, new Date(at))).toBe(within);
  });

  test('of a night shift belong to the day on which it began', () => {
    const night = { zone: 'UTC', days: [5], from: '22:00', to: '06:00' };
    const within = (at: string) => isWithin(night, new Date(at));
    expect(['2026-11-27T22:00:00Z', '2026-11-28T05:59:00Z'].map(within)).toEqual([true, true]);
    expect(['2026-11-27T05:00:00Z', '2026-11-28T22:00:00Z'].map(within)).toEqual([false, false]);
  });

  test('are not watched until they are stated; then everything outside counts', () => {
    expect(judge([take(12 * 60, 'a')])).toEqual([]);
    const stated = { ...rules, hours: berlin };
    expect(judge([take(0, 'a'), take(12 * 60, 'a'), take(13 * 60, 'b')], { rules: stated })).toMatchObject([
      { kind: 'off-hours', count: 2 },
    ]);
  });
});

describe('a country', () => {
  test('that somebody has not come from before is unusual; their first one is not, nor an unknown one', () => {
    expect(judge([enter(0, 'DE')])).toEqual([]);
    expect(judge([enter(0, 'DE'), enter(1, null), enter(2, 'BR')])).toMatchObject([{ kind: 'new-country' }]);
    expect(judge([enter(0, 'BR')], { countries: ['DE'] })).toMatchObject([{ kind: 'new-country', count: 1 }]);
    expect(judge([enter(0, 'BR')], { countries: ['DE', 'BR'] })).toEqual([]);
    expect(judge([enter(0, 'BR')], { countries: ['DE'], rules: { ...rules, newCountry: false } })).toEqual(
      [],
    );
  });
});
