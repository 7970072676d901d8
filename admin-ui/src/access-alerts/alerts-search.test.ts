import { expect, test } from '@jest/globals';
import { alertQueryOf, parseAlertsSearch } from './alerts-search.ts';

const PERSON = '0192f0c1-7e5a-7cc1-9f5e-6b1f3a9d4c21';

test('a search is read from the address, without what is not understood', () => {
  expect(parseAlertsSearch({ kind: 'bulk', state: 'open', person: PERSON.toUpperCase() })).toEqual({
    kind: 'bulk',
    state: 'open',
    person: PERSON,
  });
  expect(parseAlertsSearch({ kind: 'boredom', state: 7, person: 'Erika', page: '2' })).toEqual({});
});

test('the API is asked for what the address says, and for everything where it says nothing', () => {
  expect(alertQueryOf({})).toEqual({});
  expect(alertQueryOf({ kind: 'off-hours', state: 'open' })).toEqual({
    kind: 'off-hours',
    acknowledged: 'false',
  });
  expect(alertQueryOf({ state: 'noted', person: PERSON })).toEqual({ acknowledged: 'true', person: PERSON });
});
