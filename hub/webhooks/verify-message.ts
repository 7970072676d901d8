import { createHmac, timingSafeEqual } from 'node:crypto';
import { keyOfSecret } from '../connections/signing-secret.ts';

/** How far a message's time may be from ours, either way, in milliseconds. */
export const TOLERANCE_MS = 5 * 60_000;
/** Each costs an HMAC over the body; a sender that rotates its secret sends two. */
const MOST_SIGNATURES = 8;

/** The headers of Standard Webhooks, as they came. */
export interface MessageHeaders {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
}

/** Why a message is not believed. */
export type Disbelief = 'headers' | 'stale' | 'signature';

/** What a believed message is known by. */
export interface VerifiedMessage {
  readonly webhookId: string;
  /** When it was signed. */
  readonly sentAt: Date;
}

/**
 * Verifies a message by Standard Webhooks: HMAC-SHA256 over `id.timestamp.body` with the exact bytes of the body, by any of
 * the secrets, against any of the `v1` signatures; its time within TOLERANCE_MS of ours. Compares in constant time.
 */
export function verifyMessage(
  headers: MessageHeaders,
  body: Uint8Array,
  secrets: readonly string[],
  now: Date,
): VerifiedMessage | Disbelief {
  const { id, timestamp, signature } = headers;
  // A full stop in the id would let a part of the signed text change its meaning.
  if (id === undefined || !/^[\x21-\x2d\x2f-\x7e]{1,200}$/.test(id)) return 'headers';
  if (timestamp === undefined || !/^[1-9]\d{0,11}$/.test(timestamp) || signature === undefined)
    return 'headers';
  const sentAt = new Date(Number(timestamp) * 1000);
  const given = signature
    .split(' ', MOST_SIGNATURES)
    .filter((one) => one.startsWith('v1,'))
    .map((one) => Buffer.from(one.slice(3), 'base64'));
  const right = secrets.some((secret) => {
    const expected = createHmac('sha256', keyOfSecret(secret))
      .update(`${id}.${timestamp}.`)
      .update(body)
      .digest();
    return given.some((one) => one.length === expected.length && timingSafeEqual(one, expected));
  });
  if (!right) return 'signature';
  if (Math.abs(now.getTime() - sentAt.getTime()) > TOLERANCE_MS) return 'stale';
  return { webhookId: id, sentAt };
}
