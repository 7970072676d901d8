import { expect, test } from '@jest/globals';
import { ACT_GROUPS, parseAuditSearch, queryOf } from './audit-search.ts';

const ID = '0198C0DE-0000-7000-8000-00000000DEAD';

test('a link that was edited by hand still opens: what is not understood is left out', () => {
  expect(parseAuditSearch({ actor: ' Olga ', group: 'nonsense', from: '26.11.2026', to: 7 })).toEqual({
    actor: 'Olga',
  });
});

test('an object is an id where it looks like one, else a kind of thing', () => {
  expect(queryOf({ object: ID })).toEqual({ objectId: ID.toLowerCase() });
  expect(queryOf({ object: 'Export' })).toEqual({ objectType: 'export' });
});

test('days are whole: the last one counts to its end', () => {
  const { from = '', to = '' } = queryOf({ from: '2026-11-26', to: '2026-11-26' });
  expect(Date.parse(to) - Date.parse(from)).toBe(86_400_000);
});

test('a group is its acts, in the form that the API takes', () => {
  expect(queryOf({ group: 'restrictions' })).toEqual({ act: 'recording.restricted,restriction.lifted' });
  for (const { acts } of Object.values(ACT_GROUPS))
    expect(acts.join(',')).toMatch(/^[a-z_.]{3,64}(,[a-z_.]{3,64}){0,31}$/);
});
