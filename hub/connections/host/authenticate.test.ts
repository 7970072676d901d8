import { describe, expect, test } from '@jest/globals';
import type { AuthMethod } from '../../../connectors/kit/auth.ts';
import { authenticate } from './authenticate.ts';
import { createRedact } from './redact.ts';

const METHODS: AuthMethod[] = [
  { type: 'api_key', title: 'API key', header: 'authorization', prefix: 'ApiKey ' },
  { type: 'basic', title: 'User and password' },
];

describe('authenticate', () => {
  test('puts an API key where the connector says', () => {
    const { headers, secrets } = authenticate(METHODS, { type: 'api_key', apiKey: 'k3y' });
    expect([headers, secrets]).toEqual([{ authorization: 'ApiKey k3y' }, ['k3y']]);
  });

  test('encodes user and password as UTF-8 in base64', () => {
    const { headers } = authenticate(METHODS, { type: 'basic', username: 'u', password: 'pä:ss' });
    expect(headers).toEqual({ authorization: 'Basic dTpww6Q6c3M=' });
  });

  test.each([
    ['a kind that the connector does not take', { type: 'bearer', token: 'canary-secret' }],
    ['no credential', { type: 'none' }],
    ['a malformed credential', { type: 'basic', username: 'a:b', password: 'canary-secret' }],
    ['nothing', undefined],
  ])('refuses %s without quoting it', (_what, credential) => {
    const attempt = () => authenticate(METHODS, credential);
    expect(attempt).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'credential' }));
    expect(attempt).not.toThrow(/canary/);
  });
});

test('a connection that was given no credential is told so, and not that it is of the wrong kind', () => {
  expect(() => authenticate(METHODS, { type: 'none' })).toThrow(/has no credential yet/);
});

describe('createRedact', () => {
  test('removes a secret in every form it may take, and leaves the rest', () => {
    const secret = 's3cr/t"é';
    const redact = createRedact([secret]);
    const forms = [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret),
      Buffer.from(secret).toString('base64'),
    ];
    for (const form of forms) {
      expect(redact(`before ${form} after`)).toMatch(/^before "?\[redacted\]"? after$/);
    }
    expect(redact('nothing here')).toBe('nothing here');
  });
});
