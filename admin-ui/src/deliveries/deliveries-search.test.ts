import { expect, test } from '@jest/globals';
import { instantsOf, parseDeliveriesSearch, parseRunsSearch } from './deliveries-search.ts';

const ID = '01a21bbf-704a-75d9-b415-a78dcf211cb2';

test('an address is read, and what it does not mean is left out', () => {
  expect(parseDeliveriesSearch({ connectionId: 'c', state: 'dead', fingerprint: 'f', page: '2' })).toEqual({
    connectionId: 'c',
    state: 'dead',
    fingerprint: 'f',
  });
  expect(parseDeliveriesSearch({ state: 'lost', cursor: 5, lane: 'fast' })).toEqual({});
  expect(
    parseDeliveriesSearch({ lane: 'replay', subjectId: ` ${ID.toUpperCase()}`, from: '2026-13-01' }),
  ).toEqual({
    lane: 'replay',
    subjectId: ID,
  });
  expect(parseRunsSearch({ failed: 'true', subjectId: 'x', to: '2026-11-27', connectionId: '' })).toEqual({
    failed: 'true',
    to: '2026-11-27',
  });
});

test('days are those of the reader, and the last one is within', () => {
  const { from = '', until = '' } = instantsOf({ from: '2026-11-27', to: '2026-11-27' });
  expect(new Date(from)).toEqual(new Date(2026, 10, 27));
  expect(new Date(until)).toEqual(new Date(2026, 10, 28));
  expect(instantsOf({})).toEqual({});
});
