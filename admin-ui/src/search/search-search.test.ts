import { describe, expect, test } from '@jest/globals';
import { MAX_WORDS_LENGTH, parseSearch } from './search-search.ts';

const ID = '0190c0de-0000-7000-8000-000000000001';

describe('a search in the address', () => {
  test('is words and an engine, and nothing else that somebody wrote there', () => {
    expect(parseSearch({ q: ' anna ', in: ID.toUpperCase(), limit: 5 })).toEqual({ q: 'anna', in: ID });
    expect(parseSearch({ q: ' ', in: 'built-in' })).toEqual({});
    expect(parseSearch({ q: 7, in: [ID] })).toEqual({});
    expect(parseSearch({ q: 'x'.repeat(900) }).q).toHaveLength(MAX_WORDS_LENGTH);
  });
});
