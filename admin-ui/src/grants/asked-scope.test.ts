import { expect, test } from '@jest/globals';
import { EMPTY_QUERY } from '../matters/query-words.ts';
import { scopeOfIds, scopeOfQuery } from './asked-scope.ts';

test('a query that states nothing, or a day that is none, is no scope of a grant', () => {
  expect(scopeOfQuery(EMPTY_QUERY)).toBeUndefined();
  expect(scopeOfQuery({ ...EMPTY_QUERY, names: ' \n ' })).toBeUndefined();
  expect(scopeOfQuery({ ...EMPTY_QUERY, names: 'Ada', from: '2026-1-1' })).toBeUndefined();
});

test('a query that states something is one', () => {
  expect(scopeOfQuery({ ...EMPTY_QUERY, names: 'Ada\nGrace' })).toMatchObject({
    kind: 'query',
    query: { names: ['Ada', 'Grace'] },
  });
});

test('ids that could not be read are none', () => {
  expect(scopeOfIds(undefined)).toBeUndefined();
  expect(scopeOfIds(['a'])).toEqual({ kind: 'recordings', ids: ['a'] });
});
