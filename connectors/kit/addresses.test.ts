import { expect, test } from '@jest/globals';
import { isBareOrigin, isPlainAddress } from './addresses.ts';

test.each([
  ['https://acme.example.com', true, true],
  ['https://acme.example.com:8443/', true, true],
  ['https://acme.example.com/hook', true, false],
  ['https://acme.example.com?tenant=1', false, false],
  ['https://acme.example.com#top', false, false],
  ['https://ana@acme.example.com', false, false],
  ['https://:secret@acme.example.com', false, false],
  ['no address', false, false],
])('%s', (address, plain, bare) => {
  expect([isPlainAddress(address), isBareOrigin(address)]).toEqual([plain, bare]);
});
