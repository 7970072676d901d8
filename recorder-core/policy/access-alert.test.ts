import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  DEFAULT_ACCESS_RULES,
  isWithin,
  judgeAccesses,
  loosenedRules,
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
    // The last working days before and the first after the clocks of 2026 are changed.
    ['2026-03-27T06:00:00Z', true],
    ['2026-03-30T05:00:00Z', true],
    ['2026-03-30T18:00:00Z', false],
    ['2026-10-23T05:00:00Z', true],
    ['2026-10-26T05:00:00Z', false],
    ['2026-10-26T18:59:59Z', true],
  ])('%s is within Berlin’s working week: %s', (at, within) => {
    expect(isWithin(berlin, new Date(at))).toBe(within);
  });

  test('of a night shift belong to the day on which it began', () => {
    const night = { zone: 'UTC', days: [5], from: '22:00', to: '06:00' };
    const within = (at: string) => isWithin(night, new Date(at));
    expect(['2026-11-27T22:00:00Z', '2026-11-28T05:59:00Z'].map(within)).toEqual([true, true]);
    expect(['2026-11-27T05:00:00Z', '2026-11-28T22:00:00Z'].map(within)).toEqual([false, false]);
  });

  test.each([
    ['2026-03-28T21:59:59Z', false],
    ['2026-03-28T22:00:00Z', true],
    ['2026-03-29T01:30:00Z', true], // 03:30 in the night that has no half past two
    ['2026-03-29T04:00:00Z', false],
    ['2026-10-25T00:30:00Z', true], // half past two, twice
    ['2026-10-25T01:30:00Z', true],
    ['2026-10-25T05:00:00Z', false],
  ])('of a night in which the clocks are changed are those on the wall: %s is %s', (at, within) => {
    const nights = { zone: 'Europe/Berlin', days: [6], from: '23:00', to: '06:00' };
    expect(isWithin(nights, new Date(at))).toBe(within);
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
    const tour = [enter(0, 'DE'), enter(1, 'BR'), enter(2, 'BR'), enter(3, 'JP'), enter(4, 'DE')];
    expect(judge(tour).map(({ from }) => from)).toEqual([tour[1]!.at, tour[3]!.at]);
    expect(judge([enter(0, 'BR')], { countries: ['DE'], rules: { ...rules, newCountry: false } })).toEqual(
      [],
    );
  });
});

describe('rules that take the place of others', () => {
  const berlin = { zone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], from: '07:00', to: '20:00' };
  const watched: AccessRules = { ...rules, hours: berlin };

  test.each<[Partial<AccessRules>, string[]]>([
    [{}, []],
    [{ bulk: null }, ['bulk']],
    [{ bulk: { recordings: 4, minutes: 60 } }, ['bulk']],
    [{ bulk: { recordings: 2, minutes: 59 } }, ['bulk']],
    [{ bulk: { recordings: 2, minutes: 90 } }, []],
    [{ hours: null }, ['hours']],
    [{ hours: { ...berlin, to: '20:01' } }, ['hours']],
    [{ hours: { ...berlin, days: [1, 2, 3, 4, 5, 6] } }, ['hours']],
    [{ hours: { ...berlin, zone: 'Europe/London' } }, ['hours']],
    [{ hours: { ...berlin, from: '20:00', to: '07:00' } }, ['hours']],
    [{ hours: { ...berlin, days: [1, 2], from: '08:00' } }, []],
    [{ newCountry: false, quietHours: 25 }, ['newCountry', 'quietHours']],
    [{ quietHours: 1 }, []],
  ])('%j: loosened are %j', (change, loosened) => {
    expect(loosenedRules(watched, { ...watched, ...change })).toEqual(loosened);
  });

  test('begin to watch something without being looser', () => {
    const nothing: AccessRules = { bulk: null, hours: null, newCountry: false, quietHours: 24 };
    expect(loosenedRules(nothing, watched)).toEqual([]);
  });

  test('tell of every access that those before told of, where none is loosened', () => {
    const hours = fc.record({
      zone: fc.constantFrom('Europe/Berlin', 'UTC'),
      days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      from: fc.constantFrom('00:00', '07:00', '13:00', '22:00'),
      to: fc.constantFrom('06:00', '12:30', '20:00', '23:59'),
    });
    const anyRules = fc.record({
      bulk: fc.option(
        fc.record({ recordings: fc.integer({ min: 2, max: 4 }), minutes: fc.integer({ min: 1, max: 120 }) }),
      ),
      hours: fc.option(hours),
      newCountry: fc.boolean(),
      quietHours: fc.constant(24),
    });
    const accesses = fc.array(
      fc.oneof(
        fc
          .tuple(fc.integer({ min: 0, max: 9_000 }), fc.constantFrom('a', 'b', 'c', 'd'))
          .map(([m, id]) => take(m, id)),
        fc
          .tuple(fc.integer({ min: 0, max: 9_000 }), fc.constantFrom('DE', 'BR'))
          .map(([m, c]) => enter(m, c)),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(anyRules, anyRules, accesses, (before, after, used) => {
        const loosened = loosenedRules(before, after);
        const kinds = (which: AccessRules) => judge(used, { rules: which }).map(({ kind }) => kind);
        const rule = { bulk: 'bulk', 'off-hours': 'hours', 'new-country': 'newCountry' } as const;
        const lost = kinds(before).filter((kind) => !kinds(after).includes(kind));
        for (const kind of lost) expect(loosened).toContain(rule[kind]);
      }),
      { numRuns: 500 },
    );
  });
});
