import { describe, expect, test } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import { allowedOrigins, checkUrl, guardedLookup } from './egress.ts';

const closed = { allowPrivateNetwork: false };
const open = { allowPrivateNetwork: true };
const refused = expect.objectContaining({ remoteError: expect.objectContaining({ class: 'config' }) });

describe('the allow-list', () => {
  test('holds the origin of the configured address and fixed https hosts', () => {
    const origins = allowedOrigins([{ fromConfig: 'node' }, { host: 'login.example.com' }], {
      node: 'https://search.example.com:9200',
    });
    expect([...origins]).toEqual(['https://search.example.com:9200', 'https://login.example.com']);
  });

  test('fills the beginning of a name from the configuration, and nothing else', () => {
    const rules = [{ template: '{account}.vendor.example' }, { fromConfig: 'stage', optional: true }];
    const origins = allowedOrigins(rules, { account: 'xy12.eu-1' });
    expect([...origins]).toEqual(['https://xy12.eu-1.vendor.example']);
    for (const account of ['evil.example/', 'a@evil.example#', 'evil.example:1', '', '..', 7]) {
      expect(() => allowedOrigins(rules, { account })).toThrow(refused);
    }
  });

  test('refuses another host, another port, another scheme and an address with a user in it', () => {
    const origins = new Set(['https://a.example:9200']);
    for (const url of [
      'https://b.example:9200/',
      'https://a.example/',
      'http://a.example:9200/',
      'https://u:p@a.example:9200/',
    ]) {
      expect(() => checkUrl(new URL(url), origins, open)).toThrow(refused);
    }
    expect(() => checkUrl(new URL('https://a.example:9200/x'), origins, closed)).not.toThrow();
  });

  test('checks literal addresses in every notation that a URL allows', () => {
    for (const host of ['127.0.0.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]']) {
      const url = new URL(`http://${host}:9200/`);
      expect(() => checkUrl(url, new Set([url.origin]), closed)).toThrow(refused);
      expect(() => checkUrl(url, new Set([url.origin]), open)).not.toThrow();
    }
    const metadata = new URL('http://169.254.169.254/');
    expect(() => checkUrl(metadata, new Set([metadata.origin]), open)).toThrow(refused);
    const plain = new URL('http://93.184.216.34/');
    expect(() => checkUrl(plain, new Set([plain.origin]), open)).toThrow(refused);
  });
});

describe('the lookup of sockets', () => {
  const lookup = (addresses: string[], encrypted: boolean, policy = closed) =>
    new Promise<{ error: Error | null; found: unknown }>((resolve) => {
      const answers: LookupAddress[] = addresses.map((address) => ({ address, family: 4 }));
      const guarded = guardedLookup(encrypted, policy, (_name, callback) => callback(null, answers));
      guarded('name.example', { all: true }, (error, found) => resolve({ error, found }));
    });

  test('hands on the addresses it checked', async () => {
    const { error, found } = await lookup(['93.184.216.34'], true);
    expect([error, found]).toEqual([null, [{ address: '93.184.216.34', family: 4 }]]);
  });

  test('refuses a public name that leads inside, even when only one of its addresses does', async () => {
    const { error } = await lookup(['93.184.216.34', '10.0.0.1'], true);
    expect(error).toEqual(refused);
  });

  test('refuses plain http to a public address, and nothing at all as an address', async () => {
    expect((await lookup(['93.184.216.34'], false, open)).error).toEqual(refused);
    expect((await lookup([], true)).error).toMatchObject({ code: 'ENOTFOUND' });
  });
});
