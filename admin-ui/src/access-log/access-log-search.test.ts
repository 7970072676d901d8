import { expect, test } from '@jest/globals';
import { accessLogQueryOf, parseAccessLogSearch } from './access-log-search.ts';

test('what the URL says is read, and what is not understood is left out', () => {
  const search = {
    person: ' Anna ',
    outcome: 'refused',
    policy: 'wall/hr',
    act: 'recording.play',
    from: '2026-11-26',
  };
  expect(parseAccessLogSearch(search)).toEqual({ ...search, person: 'Anna' });
  expect(
    parseAccessLogSearch({ outcome: 'perhaps', act: 'No Act', from: 'today', person: 7, object: ' ' }),
  ).toEqual({});
});

test('a thing is an id or a kind, and a day is from its beginning to its end', () => {
  const id = '0198C0DE-0000-7000-8000-00000000dead';
  expect(accessLogQueryOf({ object: id })).toEqual({ objectId: id.toLowerCase() });
  expect(accessLogQueryOf({ object: 'Recording' })).toEqual({ objectType: 'recording' });
  const { from, to } = accessLogQueryOf({ from: '2026-11-26', to: '2026-11-26' });
  expect(Date.parse(to ?? '') - Date.parse(from ?? '')).toBe(86_400_000);
});
