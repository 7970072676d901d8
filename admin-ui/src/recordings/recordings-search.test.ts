import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  COLUMN_IDS,
  MAX_QUERY_LENGTH,
  hiddenColumns,
  isFiltered,
  looksOf,
  parseRecordingsSearch,
  queryOf,
  sortedBy,
  withFilter,
  withHiddenColumns,
  withoutLooks,
} from './recordings-search.ts';

const NOON = new Date(2026, 10, 26, 12);

describe('recordings search in the URL', () => {
  test('Known filters are kept.', () => {
    const search = {
      q: 'ada',
      state: 'retained',
      held: 'true',
      direction: 'inbound',
      span: '7d',
      from: '2026-11-01',
      minSeconds: '60',
      columns: 'parties,department',
    };
    expect(parseRecordingsSearch(search)).toEqual(search);
  });

  test('Unknown values and names are left out.', () => {
    expect(
      parseRecordingsSearch({
        q: '  ',
        state: 'lost',
        held: 'maybe',
        page: '3',
        from: 'yesterday',
        span: '8d',
        minSeconds: '-1',
        columns: 'parties,secret',
      }),
    ).toEqual({});
  });

  test('A heading orders the list, pressed again the other way round, and the usual order is not written down.', () => {
    const longest = sortedBy({ q: 'ada' }, '-durationMs');
    expect(longest).toEqual({ q: 'ada', sort: '-durationMs' });
    expect(sortedBy(longest, '-durationMs')).toEqual({ q: 'ada', sort: 'durationMs' });
    expect(sortedBy(longest, 'keptUntil')).toEqual({ q: 'ada', sort: 'keptUntil' });
    expect(sortedBy({}, '-startedAt')).toEqual({ sort: 'startedAt' });
    expect(sortedBy({ sort: 'startedAt' }, '-startedAt')).toEqual({});
    expect(parseRecordingsSearch({ sort: 'parties' })).toEqual({});
  });

  test('The order narrows nothing, and stays where the filters are taken away.', () => {
    const search = { q: 'ada', sort: 'durationMs', columns: 'none' };
    expect(isFiltered({ sort: 'durationMs' })).toBe(false);
    expect(looksOf(search)).toEqual({ sort: 'durationMs', columns: 'none' });
    expect(withoutLooks(search)).toEqual({ q: 'ada' });
    expect(queryOf(search, NOON)).toMatchObject({ sort: 'durationMs' });
  });

  test('A search longer than the hub accepts is cut, not refused.', () => {
    expect(parseRecordingsSearch({ q: 'x'.repeat(500) }).q).toHaveLength(MAX_QUERY_LENGTH);
  });

  test('Whatever stands in a URL, reading it twice gives the same as reading it once.', () => {
    const raw = fc.dictionary(
      fc.constantFrom('q', 'state', 'held', 'span', 'from', 'columns', 'x'),
      fc.anything(),
    );
    fc.assert(
      fc.property(raw, (values) => {
        const once = parseRecordingsSearch(values);
        expect(parseRecordingsSearch({ ...once })).toEqual(once);
      }),
      { numRuns: 200 },
    );
  });

  test('A list counts as filtered as soon as one filter is set; columns narrow nothing.', () => {
    expect(isFiltered({})).toBe(false);
    expect(isFiltered({ columns: 'parties' })).toBe(false);
    expect(isFiltered({ held: 'false' })).toBe(true);
  });

  test('A filter is set, replaced and taken away.', () => {
    expect(withFilter({ q: 'ada' }, 'state', 'retained')).toEqual({ q: 'ada', state: 'retained' });
    expect(withFilter({ state: 'stored' }, 'state', undefined)).toEqual({});
  });
});

describe('what the API is asked', () => {
  test('Days are whole: the last one counts to its end, and a day wins over a span.', () => {
    const { from = '', to = '' } = queryOf({ span: '7d', from: '2026-11-26', to: '2026-11-26' }, NOON);
    expect(Date.parse(to) - Date.parse(from)).toBe(86_400_000);
    expect(from).toBe(new Date(2026, 10, 26).toISOString());
  });

  test('A span begins at the start of a day and moves with the time.', () => {
    expect(queryOf({ span: 'today' }, NOON).from).toBe(new Date(2026, 10, 26).toISOString());
    expect(queryOf({ span: '30d' }, NOON).from).toBe(new Date(2026, 9, 27).toISOString());
  });

  test('Columns are not its business.', () => {
    expect(queryOf({ columns: 'parties', tag: 'X-1' }, NOON)).toMatchObject({ tag: 'X-1' });
    expect(queryOf({ columns: 'parties' }, NOON).columns).toBeUndefined();
  });
});

test('Whichever columns are hidden, the URL remembers just them, and the usual choice is not written.', () => {
  fc.assert(
    fc.property(fc.subarray([...COLUMN_IDS]), (hidden) => {
      expect(hiddenColumns(withHiddenColumns({}, hidden))).toEqual(hidden);
    }),
  );
  expect(withHiddenColumns({ q: 'ada' }, ['department', 'classification'])).toEqual({ q: 'ada' });
});
