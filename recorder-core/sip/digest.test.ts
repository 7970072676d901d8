import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { proves } from './digest-account.ts';
import { DigestNonces } from './digest-nonces.ts';
import {
  digestResponse,
  formatDigest,
  ha1Of,
  parseDigest,
  type DigestAlgorithm,
  type DigestParams,
} from './digest.ts';

/** The example of RFC 7616 section 3.9.1. */
const example = {
  username: 'Mufasa',
  realm: 'http-auth@example.org',
  secret: { password: 'Circle of Life' },
} as const;
const request = {
  method: 'GET',
  uri: '/dir/index.html',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  nc: '00000001',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
} as const;
const responses: Record<DigestAlgorithm, string> = {
  MD5: '8ca523f5e9506fed4657c9700eebdbec',
  'SHA-256': '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
};

function credentials(over: Record<string, string | undefined> = {}): DigestParams {
  const { nonce, uri, nc, cnonce } = request;
  const all = {
    username: 'Mufasa',
    realm: example.realm,
    nonce,
    uri,
    nc,
    cnonce,
    qop: 'auth',
    algorithm: 'SHA-256',
    response: responses['SHA-256'],
    ...over,
  };
  return new Map(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

describe('digest', () => {
  it.each(['MD5', 'SHA-256'] as const)('computes the response of RFC 7616 with %s', (algorithm) => {
    const ha1 = ha1Of(algorithm, example)!;
    expect(digestResponse(ha1, { ...request, algorithm })).toBe(responses[algorithm]);
    expect(ha1Of(algorithm, { ...example, secret: { ha1: { [algorithm]: ha1.toUpperCase() } } })).toBe(ha1);
  });

  it('takes the right response, MD5 also where none is named', () => {
    expect(proves(credentials(), example, 'GET')).toBe(true);
    expect(
      proves(credentials({ algorithm: undefined, response: responses.MD5.toUpperCase() }), example, 'GET'),
    ).toBe(true);
  });

  it.each([
    ['another method', {}, 'PUT'],
    ['another response', { response: responses['SHA-256'].replace('7', '8') }, 'GET'],
    ['a response of another length', { response: '' }, 'GET'],
    ['another user', { username: 'Scar' }, 'GET'],
    ['another realm', { realm: 'elsewhere' }, 'GET'],
    ['no quality of protection, so that it could be used again', { qop: undefined }, 'GET'],
    ['integrity of the body, which we did not offer', { qop: 'auth-int' }, 'GET'],
    ['a hash we do not speak', { algorithm: 'SHA-512-256' }, 'GET'],
    ['another count', { nc: '00000002' }, 'GET'],
  ])('does not take %s', (_name, over, method) => {
    expect(proves(credentials(over), example, method)).toBe(false);
  });

  it('takes nothing by a hash whose secret is not known', () => {
    const ha1 = { ha1: { MD5: ha1Of('MD5', example)! } };
    expect(proves(credentials(), { ...example, secret: ha1 }, 'GET')).toBe(false);
  });

  it('reads any text without a throw, in linear time, and reads what it writes', () => {
    fc.assert(
      fc.property(
        fc.string().map((text) => `Digest ${text}`),
        (text) => void parseDigest(text),
      ),
    );
    expect(parseDigest(`Digest ${',a="'.repeat(200_000)}`)).toBeUndefined();
    const name = fc
      .stringMatching(/^[a-z]{1,8}$/)
      .filter((text) => !['algorithm', 'stale', 'nc', 'qop'].includes(text));
    const value = fc.string({ maxLength: 40 });
    fc.assert(
      fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (params) => {
        const written = formatDigest(params, 'challenge');
        expect(Object.fromEntries(parseDigest(written) ?? [])).toEqual(params);
      }),
    );
  });

  it('reads no other scheme, and no parameter twice', () => {
    expect(parseDigest('Basic dXNlcjpwYXNz')).toBeUndefined();
    expect(parseDigest('Digest nonce="a", nonce="b"')).toBeUndefined();
    expect(parseDigest('Digest nonce')).toBeUndefined();
  });
});

describe('nonces', () => {
  let clock = 1_000_000;
  const make = (options: { remembered?: number; lifetime?: number } = {}): DigestNonces => {
    let seed = 0;
    return new DigestNonces({
      now: () => clock,
      random: (bytes) => Buffer.alloc(bytes, (seed += 1)),
      ...options,
    });
  };
  const nc = (count: number): string => count.toString(16).padStart(8, '0');

  it('take each count once, also out of order, and none from far behind', () => {
    const nonces = make();
    const nonce = nonces.issue('192.0.2.1');
    const take = (count: number): boolean => nonces.take(nonce, nc(count), '192.0.2.1');
    expect([1, 1, 3, 2, 2, 3, 40, 40, 8, 9, 9].map(take)).toEqual([
      true,
      false,
      true,
      true,
      false,
      false,
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(
      ['', '1', '00000000', 'zzzzzzzz', '000000001'].map((text) => nonces.take(nonce, text, '192.0.2.1')),
    ).toEqual([false, false, false, false, false]);
  });

  it('take every sequence of counts at most once each', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 })), (counts) => {
        const nonces = make();
        const nonce = nonces.issue('a');
        const taken = counts.filter((count) => nonces.take(nonce, nc(count), 'a'));
        expect(new Set(taken).size).toBe(taken.length);
      }),
    );
  });

  it('are worth nothing at another address, at another server, when changed, or when old', () => {
    const nonces = make({ lifetime: 1000 });
    const nonce = nonces.issue('192.0.2.1');
    expect(nonces.take(nonce, nc(1), '192.0.2.2')).toBe(false);
    expect(make({ lifetime: 1000 }).take(nonce, nc(1), '192.0.2.1')).toBe(true);
    const other = new DigestNonces({ now: () => clock, random: (bytes) => Buffer.alloc(bytes, 99) });
    expect(other.take(nonce, nc(1), '192.0.2.1')).toBe(false);
    expect(nonces.take(`${nonce.slice(0, -2)}AA`, nc(1), '192.0.2.1')).toBe(false);
    expect(nonces.take(`${nonce}=`, nc(1), '192.0.2.1')).toBe(false);
    fc.assert(fc.property(fc.string(), (text) => !nonces.take(text, nc(1), '192.0.2.1')));
    clock += 1001;
    expect(nonces.take(nonce, nc(1), '192.0.2.1')).toBe(false);
  });

  it('that were forgotten for others are not taken again', () => {
    const nonces = make({ remembered: 2 });
    const [first, second, third] = [1, 2, 3].map(() => {
      clock += 1;
      return nonces.issue('a');
    });
    for (const nonce of [first, second, third]) expect(nonces.take(nonce!, nc(1), 'a')).toBe(true);
    expect(nonces.take(first!, nc(2), 'a')).toBe(false);
    expect(nonces.take(third!, nc(2), 'a')).toBe(true);
  });
});
