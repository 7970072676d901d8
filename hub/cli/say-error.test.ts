import { expect, test } from '@jest/globals';
import { sayError } from './say-error.ts';

test('an error is said with its field and its remedy, each where there is one, and with single spaces', () => {
  expect(sayError({ title: 'It is refused.', field: 'Subject', fix: 'Shorten it.' })).toBe(
    'at "Subject": It is refused. Shorten it.',
  );
  expect(sayError({ title: 'It is refused.', field: null, fix: null })).toBe('It is refused.');
  expect(sayError({ title: 'It is refused.', fix: '' })).toBe('It is refused.');
});
