import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { cosignerKeyText } from '../../recorder-core/ledger/cosignature.ts';
import { verifierKeyText } from '../../recorder-core/ledger/signed-note.ts';
import { makeTimeStampAuthority } from '../../test/support/time-stamp-authority.ts';
import { readAnchorConfig } from './anchor-config.ts';
import { BackOff } from './back-off.ts';

const pairs = Array.from({ length: 3 }, () => generateKeyPairSync('ed25519').privateKey);
const witnesses = pairs.map(
  (pair, at) => `${cosignerKeyText(`w${at}.example`, pair)} https://w${at}.example`,
);
const refusal = (field: string): unknown => expect.objectContaining({ code: 'config_invalid', field });

describe('who vouches for the ledger', () => {
  test('is nobody without settings', () => {
    expect(readAnchorConfig({}, '')).toEqual({
      witnesses: [],
      quorum: 0,
      timeStampUrls: [],
      authorities: [],
    });
  });

  test('are the witnesses named, more than half of which must cosign unless it is said otherwise', () => {
    const { witnesses: targets, quorum } = readAnchorConfig({ witnesses }, '');
    expect(targets.map(({ url, key }) => [key.name, url])[2]).toEqual(['w2.example', 'https://w2.example/']);
    expect(quorum).toBe(2);
    expect(
      [1, 2].map((count) => readAnchorConfig({ witnesses: witnesses.slice(0, count) }, '').quorum),
    ).toEqual([1, 2]);
    expect(readAnchorConfig({ witnesses, witnessQuorum: 0 }, '').quorum).toBe(0);
    expect(readAnchorConfig({ witnesses, witnessQuorum: 3 }, '').quorum).toBe(3);
  });

  test.each<[string, Parameters<typeof readAnchorConfig>[0]]>([
    ['witnessQuorum', { witnesses, witnessQuorum: 4 }],
    ['witnesses', { witnesses: [witnesses[0]!, witnesses[0]!] }],
    [
      'witnesses',
      { witnesses: [`${cosignerKeyText('again.example', pairs[0]!)} https://a.example`, witnesses[0]!] },
    ],
    ['witnesses', { witnesses: [`${verifierKeyText('log', pairs[0]!)} https://w.example`] }],
    ['witnesses', { witnesses: ['https://w.example'] }],
    ['witnesses', { witnesses: [`${witnesses[0]!} more`] }],
    ['witnesses', { witnesses: [witnesses[0]!.replace('https:', 'file:')] }],
    ['witnesses', { witnesses: [witnesses[0]!.replace('https://', 'https://user@')] }],
    ['timeStampUrls', { timeStampUrls: ['ftp://tsa.example'] }],
    ['timeStampCertificates', { timeStampUrls: ['https://tsa.example'] }],
  ])('stops the start naming %s where that is wrong (%j)', (field, settings) => {
    expect(() => readAnchorConfig(settings, '')).toThrow(refusal(field));
  });

  test('are the authorities whose certificates are in the file, one or several', () => {
    const tsa = makeTimeStampAuthority();
    try {
      const settings = { timeStampUrls: ['https://tsa.example/tsr'] };
      const { authorities } = readAnchorConfig(settings, `a comment\n${tsa.root}\n${tsa.signer}`);
      expect(authorities).toEqual(
        [tsa.root, tsa.signer].map((pem) => expect.stringContaining(pem.split('\n')[5]!)),
      );
      const broken = tsa.root.replace(/MII/, 'AAA');
      expect(() => readAnchorConfig(settings, broken)).toThrow(refusal('timeStampCertificates'));
    } finally {
      tsa.close();
    }
  }, 60_000);
});

describe('a service that fails', () => {
  test('is asked again after 5 s, then twice as long each time, at most 5 minutes, until it answers', () => {
    let now = 0;
    const backOff = new BackOff(() => now);
    const waits: number[] = [];
    for (let failure = 0; failure < 9; failure += 1) {
      expect(backOff.mayAsk('a')).toBe(true);
      backOff.note('a', 'down');
      const since = now;
      while (!backOff.mayAsk('a')) now += 1_000;
      waits.push((now - since) / 1_000);
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
    expect(backOff.failing).toEqual([{ url: 'a', fault: 'down' }]);
    expect(backOff.mayAsk('b')).toBe(true);
    backOff.note('a', undefined);
    expect(backOff.failing).toEqual([]);
    backOff.note('a', 'down');
    now += 5_000;
    expect(backOff.mayAsk('a')).toBe(true);
  });
});
