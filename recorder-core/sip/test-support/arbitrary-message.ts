import fc from 'fast-check';
import { Headers } from '../headers.ts';
import type { SipMessage } from '../message.ts';

const token = fc.stringMatching(/^[A-Za-z0-9.!%*_+`'~-]{1,12}$/);
const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const value = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .map((text) => text.replace(/[\r\n\0]/g, '').replace(/^[ \t]+|[ \t]+$/g, ''));
const headers = fc
  .array(fc.tuple(token, value), { maxLength: 12 })
  .map((rows) => new Headers(rows.filter(([name]) => !/^(l|content-length)$/i.test(name))));

/** Messages as a caller of the stack can make them: any legal header rows, any bytes as body. */
export const arbitraryMessage: fc.Arbitrary<SipMessage> = fc.oneof(
  fc.record({
    kind: fc.constant('request' as const),
    method: token,
    uri: fc.stringMatching(/^sip:[!-~]{1,20}$/),
    headers,
    body,
  }),
  fc.record({
    kind: fc.constant('response' as const),
    status: fc.integer({ min: 100, max: 699 }),
    reason: value,
    headers,
    body,
  }),
);

/** A message as comparable data. */
export function plain(message: SipMessage): unknown {
  return { ...message, headers: message.headers.entries(), body: message.body.toString('base64') };
}
