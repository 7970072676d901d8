import { expect, test } from '@jest/globals';
import { meansInWords, placeInWords } from './session-words.ts';

test('a session says how its person signed in and where it is used, as far as that is known', () => {
  expect(meansInWords('oidc')).toBe('Identity provider (OpenID Connect)');
  expect(placeInWords({ program: 'Firefox on Linux', country: 'DE' })).toBe('Firefox on Linux, DE');
  expect(placeInWords({ program: null, country: null })).toBe('Unknown program');
});
