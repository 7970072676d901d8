import { expect, test } from '@jest/globals';
import { addressesToTell, configOf, domainsOf } from './provider-words.ts';

test('domains are read one a line or with commas', () => {
  expect(domainsOf('Tenant.Example, b.example\n c.example ')).toEqual([
    'tenant.example',
    'b.example',
    'c.example',
  ]);
  expect(domainsOf(' ')).toEqual([]);
});

test('a configuration is an object in JSON, and what is none says why', () => {
  expect(configOf('{"issuer":"https://idp.example"}')).toEqual({ config: { issuer: 'https://idp.example' } });
  for (const text of ['', '[]', 'null', '7', '{']) expect(configOf(text)).toHaveProperty('fault');
});

test('a provider is told what its protocol wants and no more', () => {
  const addresses = {
    ...{ start: 'a', callback: 'b', backChannelLogout: 'c', entityId: 'd' },
    ...{ assertionConsumer: 'e', singleLogout: 'f', afterLogout: 'g' },
  };
  expect(addressesToTell({ kind: 'saml', addresses }).map(([, value]) => value)).toEqual(['d', 'e', 'a']);
  expect(addressesToTell({ kind: 'oidc', addresses }).map(([, value]) => value)).toEqual([
    'b',
    'c',
    'g',
    'a',
  ]);
});
