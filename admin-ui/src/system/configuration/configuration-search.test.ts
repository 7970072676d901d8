import { expect, test } from '@jest/globals';
import { parseConfigurationSearch } from './configuration-search.ts';

test('What the URL says is read, and what makes no sense is left out.', () => {
  const whole = { kind: 'webhook', object: 'w', version: '2', from: '1' };
  expect(parseConfigurationSearch(whole)).toEqual(whole);
  expect(parseConfigurationSearch({ kind: 'nonsense', object: 'w', version: '2' })).toEqual({});
  expect(parseConfigurationSearch({ kind: 'webhook', version: '2', from: '1' })).toEqual({ kind: 'webhook' });
  expect(parseConfigurationSearch({ kind: 'webhook', object: '', version: 2 })).toEqual({ kind: 'webhook' });
});
