import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { AuthMethod } from '../../connectors/kit/auth.ts';
import { elasticsearch } from '../../connectors/elasticsearch/connector.ts';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import { checkedCredential } from './checked-credential.ts';

const pem = (bits: number) =>
  generateKeyPairSync('rsa', { modulusLength: bits })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
const manifest = {
  ...elasticsearch.manifest,
  auth: [
    { type: 'keypair_jwt', title: 'Key' },
    { type: 'mtls', title: 'Certificate' },
    { type: 'api_key', title: 'Key', header: 'authorization', prefix: 'ApiKey ' },
  ] as readonly AuthMethod[],
};
const GOOD = pem(2048);
const key = (privateKey: string) => ({ type: 'keypair_jwt', subject: 'LOADER', privateKey });
const fieldAndText = (input: unknown) => {
  try {
    checkedCredential(manifest, input);
    return undefined;
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    return [error.field, `${error.message} ${String(error.cause)}`] as const;
  }
};

describe('a credential', () => {
  test('with a key that can be used is taken as it is', () => {
    expect(checkedCredential(manifest, key(GOOD))).toEqual(key(GOOD));
    const apiKey = { type: 'api_key', apiKey: 'VnVhQ2ZHY0JDZGJrU==:a b~!' };
    expect(checkedCredential(manifest, apiKey)).toEqual(apiKey);
  });

  test('that is misspelt is refused by the name that is wrong, and one of no kind by the kinds that are taken', () => {
    const misspelt = fieldAndText({ ...key(GOOD), subjekt: 'canary' });
    expect(misspelt?.[0]).toBe('/body/credential/subjekt');
    expect(misspelt?.[1]).toMatch(/"subjekt" is not known here\. This connector takes: keypair_jwt, mtls/);
    const unkind = fieldAndText({ type: 'canary' });
    expect(unkind?.[0]).toBe('/body/credential/type');
    expect(unkind?.[1]).toMatch(/refused: this connector takes: keypair_jwt, mtls, api_key\. Nothing/);
  });

  test.each([
    ['a key that is none', key('canary-not-a-key'), '/body/credential/privateKey'],
    ['a key that is too short', key(pem(1024)), '/body/credential/privateKey'],
    [
      'a certificate that is none',
      { type: 'mtls', certificate: 'canary-certificate', privateKey: GOOD },
      '/body/credential/certificate',
    ],
    ...['canary-key\n', 'canary\r\nX-Injected: 1', ' canary', 'canary…', 'can\0ary'].map(
      (apiKey) =>
        ['a key that no header holds', { type: 'api_key', apiKey }, '/body/credential/apiKey'] as const,
    ),
    ['a kind that there is not', { type: 'magic', word: 'canary-word' }, '/body/credential/type'],
    [
      'a kind that the connector does not take',
      { type: 'bearer', token: 'canary-token' },
      '/body/credential/type',
    ],
    ['nothing', null, '/body/credential'],
  ])('is refused for %s, and nothing of it is repeated', (_title, input, field) => {
    const [named, text] = fieldAndText(input) ?? [];
    expect(named).toBe(field);
    expect(text).not.toMatch(/canary|PRIVATE/);
  });
});
