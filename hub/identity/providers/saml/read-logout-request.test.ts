import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { askLogout, type AskedLogout } from '../../../../test/support/peers/logout-request.ts';
import { makeCertifiedKey } from '../../../../test/support/peers/saml-identity-provider.ts';
import { samlConfig } from '../provider-config.ts';
import { readLogoutRequest } from './read-logout-request.ts';

const key = makeCertifiedKey('idp.example');
const stranger = makeCertifiedKey('other.example');
const NOW = new Date('2026-11-27T12:00:00.000Z');
const singleLogout = 'https://hub.example/auth/saml/t/p/logout';
const issuer = 'https://idp.example/saml';
const config = samlConfig.parse({
  entityId: issuer,
  signInUrl: 'https://idp.example/sso',
  certificates: [stranger.certificate, key.certificate],
  clockSkewSeconds: 60,
});
const one = { ...config, certificates: [key.certificate] };
const ask = (change: Partial<AskedLogout> = {}) =>
  askLogout({ issuer, destination: singleLogout, key, at: NOW, ...change });
const read = (query: string, now = NOW, from = one) =>
  readLogoutRequest(query, { config: from, singleLogout, now });
const ruleOf = (query: string, now = NOW): string => {
  try {
    read(query, now);
  } catch (error) {
    return /\(rule sign-in\/logout-([a-z-]+)\)/.exec(String(error))?.[1] ?? String(error);
  }
  return 'taken';
};
const after = (ms: number) => new Date(NOW.getTime() + ms);

describe('a logout request', () => {
  test('says who and which sessions, and gives back what came with it', () => {
    const query = ask({ id: '_1', subject: 'ana', sids: ['s1', 's2'], relayState: 'a b&c=d' });
    expect(read(query)).toMatchObject({
      id: '_1',
      subject: 'ana',
      sids: ['s1', 's2'],
      relayState: 'a b&c=d',
    });
    expect(read(ask()).sids).toEqual([]);
  });

  test('is taken by any certificate of the provider, and by SHA-512 too', () => {
    expect(read(ask(), NOW, config).subject).toBe('person-1');
    expect(ruleOf(ask({ algorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512' }))).toBe('taken');
  });

  test('is no longer taken once it is old, and not before its time', () => {
    expect(ruleOf(ask(), after(359_999))).toBe('taken');
    expect(ruleOf(ask(), after(360_000))).toBe('expired');
    expect(ruleOf(ask({ notOnOrAfter: after(1_000) }), after(60_999))).toBe('taken');
    expect(ruleOf(ask({ notOnOrAfter: after(1_000) }), after(61_000))).toBe('expired');
    expect(ruleOf(ask({ at: after(60_000) }))).toBe('taken');
    expect(ruleOf(ask({ at: after(60_001) }))).toBe('not-yet');
    expect(read(ask()).keepUntil).toEqual(after(360_000));
  });

  const parts = ask({ relayState: 'x' }).split('&');
  const without = (name: string) => parts.filter((part) => !part.startsWith(`${name}=`)).join('&');
  test.each([
    ['by another key', ask({ key: stranger }), 'signature'],
    ['by SHA-1', ask({ algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }), 'signature'],
    ['without a signature', without('Signature'), 'signature'],
    ['without an algorithm', without('SigAlg'), 'signature'],
    ['without what was signed with it', without('RelayState'), 'signature'],
    ['without a request', without('SAMLRequest'), 'signature'],
    ['with another state', parts.join('&').replace('RelayState=x', 'RelayState=y'), 'signature'],
    ['with a part twice', `${parts.join('&')}&SAMLRequest=x`, 'encoding'],
    ['with an answer too', `${parts.join('&')}&SAMLResponse=x`, 'encoding'],
    ['with half an escape', `${without('SigAlg')}&SigAlg=%E0%A4%A`, 'encoding'],
    ['far too long', `${parts.join('&')}&more=${'x'.repeat(20_000)}`, 'encoding'],
    ['of another provider', ask({ issuer: 'https://other.example' }), 'issuer'],
    ['for another application', ask({ destination: 'https://other.example/logout' }), 'destination'],
    ['about nobody', ask({ subject: null }), 'nobody'],
    ['about an empty name', ask({ subject: '' }), 'nobody'],
    ['of another version', ask({ version: '1.1' }), 'not-a-request'],
    ['that is something else', ask({ element: 'AuthnRequest' }), 'not-a-request'],
  ])('is refused %s', (_, query, rule) => expect(ruleOf(query)).toBe(rule));

  test('that unpacks to far more than a request is not unpacked', () => {
    const bomb = deflateRawSync(Buffer.alloc(4_000_000, 'x')).toString('base64');
    const signed = ask({ packed: bomb });
    expect(ruleOf(signed)).toBe('encoding');
  });
});
