import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  answerCrypto,
  chooseCrypto,
  formatCrypto,
  makeSrtpKeys,
  parseCrypto,
  type CryptoLine,
} from './sdes.ts';
import { SRTP_SUITES, SUITES_BY_PREFERENCE } from './srtp-suites.ts';

const KEY_30 = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz';
const SUITE = 'AES_CM_128_HMAC_SHA1_80';
const MANY_KEYS = Array.from({ length: 17 }, (_, i) => `inline:${KEY_30}|${i}:1`).join(';');
const key = (bytes: number, fill = 7): string => Buffer.alloc(bytes, fill).toString('base64');

function usable(value: string): CryptoLine {
  const line = parseCrypto(value);
  if (!line.usable) throw new Error(`${line.why}: ${line.detail}`);
  return line;
}

const inlineKeys = fc.constantFrom(...SUITES_BY_PREFERENCE).chain((suite) => {
  const { key: keyBytes, salt } = SRTP_SUITES[suite];
  const bytes = (size: number) =>
    fc.uint8Array({ minLength: size, maxLength: size }).map((b) => Buffer.from(b));
  const lifetime = fc.option(
    fc.oneof(
      fc.nat(),
      fc.nat({ max: 48 }).map((n) => 2 ** n),
    ),
    { nil: undefined },
  );
  const one = (mki?: Buffer) =>
    fc.record({ masterKey: bytes(keyBytes), masterSalt: bytes(salt), lifetime }).map((fields) => ({
      suite,
      masterKey: fields.masterKey,
      masterSalt: fields.masterSalt,
      ...(fields.lifetime !== undefined && { lifetime: fields.lifetime }),
      ...(mki && { mki }),
    }));
  const several = fc
    .integer({ min: 1, max: 128 })
    .chain((size) =>
      fc.uniqueArray(bytes(size), { minLength: 1, maxLength: 4, selector: (b) => b.toString('hex') }),
    )
    .chain((mkis) => fc.tuple(...mkis.map(one)));
  return fc.oneof(
    one().map((single) => [single]),
    several,
  );
});

const lines = fc
  .tuple(fc.nat({ max: 999_999_999 }), inlineKeys, fc.subarray(['WSH=128', '-X-ours=1']))
  .map(([tag, keys, parameters]): CryptoLine => {
    const suite = keys[0]!.suite;
    return { usable: true, tag, suite, spelling: suite, keys, parameters };
  });

describe('an a=crypto line', () => {
  it('is read as the examples of RFC 4568 section 4 are', () => {
    const line = usable(
      `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}|2^20|1:4;inline:${key(30)}|2^20|2:4 -FEC_ORDER=FEC_SRTP`,
    );
    expect(line).toMatchObject({ tag: 1, suite: 'AES_CM_128_HMAC_SHA1_80' });
    expect(line.keys.map(({ lifetime, mki }) => ({ lifetime, mki }))).toEqual([
      { lifetime: 2 ** 20, mki: Buffer.from([0, 0, 0, 1]) },
      { lifetime: 2 ** 20, mki: Buffer.from([0, 0, 0, 2]) },
    ]);
    const bytes = Buffer.from(KEY_30, 'base64');
    expect(line.keys[0]?.masterKey).toEqual(bytes.subarray(0, 16));
    expect(line.keys[0]?.masterSalt).toEqual(bytes.subarray(16));
  });

  it('is the same after writing and reading, whatever it holds', () => {
    fc.assert(fc.property(lines, (line) => expect(parseCrypto(formatCrypto(line))).toEqual(line)));
  });

  it('never throws, whatever the text', () => {
    const pieces = fc.constantFrom(
      '1',
      ' ',
      'AES_CM_128_HMAC_SHA1_80',
      'inline:',
      KEY_30,
      '|',
      '2^',
      ':',
      ';',
      '9'.repeat(400),
      'KDR=3',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (value) => expect(typeof parseCrypto(value).usable).toBe('boolean')),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a key without its base64 padding', `4 AES_256_CM_HMAC_SHA1_80 inline:${key(46).replaceAll('=', '')}`],
    [
      'blanks after the semicolon and around the line',
      ` 4 AES_CM_128_HMAC_SHA1_32  inline:${KEY_30}|1:1;  inline:${KEY_30}|2:1 `,
    ],
    ['an MKI without a lifetime', `4 AES_CM_128_HMAC_SHA1_32 inline:${KEY_30}|1:1`],
    ['a lifetime as a number', `4 AES_CM_128_HMAC_SHA1_32 inline:${KEY_30}|1048576`],
    ['the name of a suite from before RFC 6188', `4 AES_CM_256_HMAC_SHA1_80 inline:${key(46)}`],
  ])('is read with %s', (_, value) => {
    expect(parseCrypto(value)).toMatchObject({ usable: true, tag: 4 });
  });

  it('has a lifetime of at most the largest that SRTP knows', () => {
    expect(usable(`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}|2^64`).keys[0]?.lifetime).toBe(2 ** 48);
  });

  it.each([
    ['a suite that is not spoken', 'unknown-suite', `F8_128_HMAC_SHA1_80 inline:${KEY_30}`],
    ['another key method', 'unknown-key-method', `${SUITE} mikey:${KEY_30}`],
    ['a key that is too short', 'bad-key', `${SUITE} inline:${key(29)}`],
    ['a key that is not base64', 'bad-key', `${SUITE} inline:${KEY_30.slice(0, -4)}****`],
    ['a lifetime that is no number', 'bad-key', `${SUITE} inline:${KEY_30}|2^x`],
    ['an MKI larger than its length', 'bad-key', `${SUITE} inline:${KEY_30}|2^20|256:1`],
    ['an MKI longer than 128 bytes', 'bad-key', `${SUITE} inline:${KEY_30}|2^20|1:129`],
    ['two lifetimes', 'bad-key', `${SUITE} inline:${KEY_30}|2^20|2^20|1:1`],
    ['two keys that nothing tells apart', 'bad-key', `${SUITE} inline:${KEY_30};inline:${KEY_30}`],
    ['MKIs of two lengths', 'bad-key', `${SUITE} inline:${KEY_30}|1:1;inline:${KEY_30}|2:2`],
    ['more than 16 keys', 'bad-key', `${SUITE} ${MANY_KEYS}`],
    ['UNENCRYPTED_SRTP', 'unsupported-parameter', `${SUITE} inline:${KEY_30} UNENCRYPTED_SRTP`],
    [
      'UNAUTHENTICATED_SRTP',
      'unsupported-parameter',
      `${SUITE} inline:${KEY_30} WSH=64 UNAUTHENTICATED_SRTP`,
    ],
    ['UNENCRYPTED_SRTCP', 'unsupported-parameter', `${SUITE} inline:${KEY_30} UNENCRYPTED_SRTCP`],
    ['KDR', 'unsupported-parameter', `${SUITE} inline:${KEY_30} KDR=4`],
    ['FEC_ORDER', 'unsupported-parameter', `${SUITE} inline:${KEY_30} FEC_ORDER=SRTP_FEC`],
    ['FEC_KEY', 'unsupported-parameter', `${SUITE} inline:${KEY_30} FEC_KEY=inline:${KEY_30}`],
  ])('is passed over for %s, as %s', (_, why, rest) => {
    const line = parseCrypto(`3 ${rest}`);
    expect(line).toMatchObject({ usable: false, tag: 3, why });
    expect(JSON.stringify(line)).not.toContain(KEY_30.slice(0, 8));
  });

  it('is malformed when it has no tag, no key, or no end', () => {
    for (const value of [
      '',
      'AES_CM_128_HMAC_SHA1_80',
      '1 AES_CM_128_HMAC_SHA1_80',
      `1 A inline:${'A'.repeat(5000)}`,
    ]) {
      expect(parseCrypto(value)).toMatchObject({ usable: false, tag: undefined, why: 'malformed' });
    }
  });
});

describe('the choice among the lines of an offer', () => {
  const offer = [
    `1 AES_CM_128_HMAC_SHA1_32 inline:${KEY_30}`,
    `2 AES_CM_128_HMAC_SHA1_80 inline:${KEY_30}`,
    `3 AEAD_AES_256_GCM inline:${key(44)} UNENCRYPTED_SRTP`,
    `4 SOMETHING_NEW inline:${key(80)}`,
    `5 AES_CM_128_HMAC_SHA1_80 inline:${key(30)}`,
  ];

  it('takes the first line of the best suite that can be used', () => {
    expect(chooseCrypto(offer)?.tag).toBe(2);
  });

  it('follows the preference it is given, and takes nothing outside of it', () => {
    expect(chooseCrypto(offer, ['AES_CM_128_HMAC_SHA1_32', 'AES_CM_128_HMAC_SHA1_80'])?.tag).toBe(1);
    expect(chooseCrypto(offer, ['AEAD_AES_128_GCM'])).toBeUndefined();
    expect(chooseCrypto([])).toBeUndefined();
  });

  it('is answered with the same tag and spelling and a key of our own', () => {
    const accepted = usable(`7 aes_cm_256_hmac_sha1_80 inline:${key(46)}|2^31|1:1 WSH=64`);
    const own = makeSrtpKeys(accepted.suite, randomBytes);
    const answer = answerCrypto(accepted, own);
    expect(answer).toMatch(/^7 aes_cm_256_hmac_sha1_80 inline:[\w+/]{62}==$/);
    expect(usable(answer).keys).toEqual([own]);
  });

  it('finds fresh keys of the right size for every suite', () => {
    for (const suite of SUITES_BY_PREFERENCE) {
      const keys = makeSrtpKeys(suite, randomBytes);
      expect(keys.masterKey).toHaveLength(SRTP_SUITES[suite].key);
      expect(keys.masterSalt).toHaveLength(SRTP_SUITES[suite].salt);
    }
  });
});
