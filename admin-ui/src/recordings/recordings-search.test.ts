import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { MAX_QUERY_LENGTH, isFiltered, parseRecordingsSearch } from './recordings-search.ts';

describe('recordings search in the URL', () => {
  test('Known filters are kept.', () => {
    const search = { q: 'ada', state: 'retained', held: 'true' };
    expect(parseRecordingsSearch(search)).toEqual(search);
  });

  test('Unknown values and names are left out.', () => {
    expect(parseRecordingsSearch({ q: '  ', state: 'lost', held: 'maybe', page: '3' })).toEqual({});
  });

  test('A search longer than the hub accepts is cut, not refused.', () => {
    expect(parseRecordingsSearch({ q: 'x'.repeat(500) }).q).toHaveLength(MAX_QUERY_LENGTH);
  });

  test('Whatever stands in a URL, reading it twice gives the same as reading it once.', () => {
    const raw = fc.dictionary(fc.constantFrom('q', 'state', 'held', 'x'), fc.anything());
    fc.assert(
      fc.property(raw, (values) => {
        const once = parseRecordingsSearch(values);
        expect(parseRecordingsSearch({ ...once })).toEqual(once);
      }),
      { numRuns: 200 },
    );
  });

  test('A list counts as filtered as soon as one filter is set.', () => {
    expect(isFiltered({})).toBe(false);
    expect(isFiltered({ held: 'false' })).toBe(true);
  });
});
