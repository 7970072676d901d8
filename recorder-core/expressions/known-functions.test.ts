import { expect, test } from '@jest/globals';
import { knownFunctions } from './known-functions.ts';

test('functions are listed as they are checked, and operators are not', () => {
  const known = knownFunctions();
  expect(known).toContainEqual({ name: 'phone', on: 'text', takes: [], gives: 'text' });
  expect(known).toContainEqual({ name: 'date', on: null, takes: ['instant', 'text'], gives: 'text' });
  expect(known).toContainEqual({
    name: 'filter',
    on: 'list of any',
    takes: ['name', 'boolean'],
    gives: 'list of any',
  });
  expect(known.filter(({ name }) => !/^[a-z]\w*$/i.test(name))).toEqual([]);
});
