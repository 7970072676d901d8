import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { makeSigningSecret } from '../connections/signing-secret.ts';
import { TOLERANCE_MS, verifyMessage } from './verify-message.ts';

const secret = makeSigningSecret(randomBytes);
const other = makeSigningSecret(randomBytes);
const now = new Date('2026-11-26T12:00:00.000Z');
const body = Buffer.from('{"type":"connection.tested","data":{}}');
const headers = (change: Partial<Record<'id' | 'timestamp' | 'signature', string>> = {}, by = secret) => ({
  id: 'msg_1',
  timestamp: String(now.getTime() / 1000),
  signature: new Webhook(by).sign('msg_1', now, body.toString()),
  ...change,
});

describe('a message of the reference implementation', () => {
  test('is believed, whatever its id and its body', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.stringMatching(/^[\x21-\x2d\x2f-\x7e]{1,40}$/),
        (text, id) => {
          const signature = new Webhook(secret).sign(id, now, text);
          const given = { id, timestamp: String(now.getTime() / 1000), signature };
          expect(verifyMessage(given, Buffer.from(text), [secret], now)).toEqual({
            webhookId: id,
            sentAt: now,
          });
        },
      ),
    );
  });

  test('is believed by an older secret while it is of use, and by one of several signatures', () => {
    const both = `v1a,c2lnbmF0dXJl ${headers({}, other).signature} ${headers().signature}`;
    expect(verifyMessage(headers({ signature: both }), body, [secret], now)).toMatchObject({
      webhookId: 'msg_1',
    });
    expect(verifyMessage(headers(), body, [other, secret], now)).toMatchObject({ webhookId: 'msg_1' });
  });
});

describe('a message is not believed', () => {
  test.each([
    ['by another secret', headers(), body, [other], 'signature'],
    ['without a secret', headers(), body, [], 'signature'],
    [
      'with a changed body',
      headers(),
      Buffer.from('{"type":"connection.tested","data":{ }}'),
      [secret],
      'signature',
    ],
    ['under another id', headers({ id: 'msg_2' }), body, [secret], 'signature'],
    [
      'at another time',
      headers({ timestamp: String(now.getTime() / 1000 + 1) }),
      body,
      [secret],
      'signature',
    ],
    [
      'with a signature of another version',
      headers({ signature: headers().signature.replace('v1,', 'v2,') }),
      body,
      [secret],
      'signature',
    ],
    [
      'with a cut signature',
      headers({ signature: headers().signature.slice(0, -4) }),
      body,
      [secret],
      'signature',
    ],
    ['with an id that moves the full stop', headers({ id: 'msg.1' }), body, [secret], 'headers'],
    ['with a time that is no number', headers({ timestamp: '1e9' }), body, [secret], 'headers'],
  ] as const)('%s', (_title, given, bytes, secrets, expected) => {
    expect(verifyMessage(given, bytes, secrets, now)).toBe(expected);
  });

  test('without any of its headers', () => {
    for (const name of ['id', 'timestamp', 'signature'] as const)
      expect(verifyMessage({ ...headers(), [name]: undefined }, body, [secret], now)).toBe('headers');
  });

  test('more than five minutes before or after its time', () => {
    for (const sign of [-1, 1]) {
      const at = (ms: number) =>
        verifyMessage(headers(), body, [secret], new Date(now.getTime() + sign * ms));
      expect(at(TOLERANCE_MS)).toMatchObject({ webhookId: 'msg_1' });
      expect(at(TOLERANCE_MS + 1)).toBe('stale');
    }
  });
});
