import { expect, test } from '@jest/globals';
import { parseDeliveriesSearch } from './deliveries-search.ts';

test('an address is read, and what it does not mean is left out', () => {
  expect(parseDeliveriesSearch({ connectionId: 'c', state: 'dead', fingerprint: 'f', page: '2' })).toEqual({
    connectionId: 'c',
    state: 'dead',
    fingerprint: 'f',
  });
  expect(parseDeliveriesSearch({ state: 'lost', cursor: 5 })).toEqual({});
});
