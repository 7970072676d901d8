import { describe, expect, test } from '@jest/globals';
import { EMPTY_QUERY, dayOf, isWrongDay, queryInWords, queryOf } from './query-words.ts';

describe('a query of a hold', () => {
  test('is made of what was typed, one entry a line, days whole', () => {
    expect(queryOf(EMPTY_QUERY)).toBeUndefined();
    expect(
      queryOf({ ...EMPTY_QUERY, names: ' Ada \n\n Bob ', from: '2026-01-01', to: '2026-01-31' }),
    ).toEqual({
      names: ['Ada', 'Bob'],
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-02-01T00:00:00.000Z',
    });
    expect(queryOf({ ...EMPTY_QUERY, from: 'yesterday' })).toBeUndefined();
  });

  test('is told in words, what is stated only', () => {
    const nothing = {
      from: null,
      to: null,
      addresses: null,
      names: null,
      classes: null,
      regions: null,
      callIds: null,
      sources: null,
      words: null,
    };
    expect(
      queryInWords({ ...nothing, names: ['ada', 'bob'], to: '2026-02-01T00:00:00.000Z', words: ['x', 'y'] }),
    ).toEqual(['begun before 2026-02-01 00:00 UTC', 'name ada or bob', 'words x and y']);
  });
});

test.each([
  ['2026-02-28', '2026-02-28T00:00:00.000Z', false],
  ['2026-02-30', undefined, true],
  ['tomorrow', undefined, true],
  ['', undefined, false],
])('the day %j is read as %j', (text, day, wrong) => {
  expect(dayOf(text)).toBe(day);
  expect(isWrongDay(text)).toBe(wrong);
});
