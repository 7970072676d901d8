import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { keyOfSecret } from '../../connections/signing-secret.ts';
import { TOLERANCE_MS, type Disbelief } from '../verify-message.ts';
import type { HrMapping } from './hr-mapping.ts';

/** The headers of a request by their names in small letters. */
export type HrHeaders = (name: string) => string | undefined;

/**
 * Verifies a message of an HR system in the way of its mapping, by any of the connection's secrets; compares in constant time. A
 * secret that the vendor gave and one that was made here both count, each as its bytes or as its text. Answers when it was sent.
 */
export function verifyHrMessage(
  signature: HrMapping['signature'],
  headers: HrHeaders,
  body: Uint8Array,
  secrets: readonly string[],
  now: Date,
): { readonly sentAt: Date } | Disbelief {
  const keys = secrets.flatMap((secret) => [keyOfSecret(secret), Buffer.from(secret)]);
  if (signature.scheme === 'basic')
    return isBasic(signature.username, headers('authorization'), keys) ? { sentAt: now } : 'signature';
  const given = headers(signature.header.toLowerCase());
  const said = signature.timestamp && headers(signature.timestamp.header.toLowerCase());
  if (given === undefined || (signature.timestamp !== undefined && said === undefined)) return 'headers';
  if (!given.startsWith(signature.prefix)) return 'headers';
  const mac = Buffer.from(given.slice(signature.prefix.length), signature.encoding);
  const right = keys.some((key) => {
    const hash = createHmac('sha256', key);
    for (const part of signature.signed)
      hash.update(part === 'body' ? body : part === 'timestamp' ? (said ?? '') : part);
    return isSame(hash.digest(), mac);
  });
  if (!right) return 'signature';
  if (signature.timestamp === undefined || said === undefined) return { sentAt: now };
  const sentAt = timeOf(said, signature.timestamp.unit);
  if (sentAt === undefined) return 'headers';
  return Math.abs(now.getTime() - sentAt.getTime()) > TOLERANCE_MS ? 'stale' : { sentAt };
}

function isBasic(username: string, given: string | undefined, keys: readonly Buffer[]): boolean {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(given ?? '')?.[1];
  if (encoded === undefined) return false;
  const said = Buffer.from(encoded, 'base64');
  return keys.some((key) => isSame(Buffer.concat([Buffer.from(`${username}:`), key]), said));
}

/** In constant time, whatever their lengths. */
function isSame(a: Buffer, b: Buffer): boolean {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function timeOf(said: string, unit: 'seconds' | 'milliseconds' | 'iso'): Date | undefined {
  if (unit !== 'iso' && !/^\d{1,14}$/.test(said)) return undefined;
  const at = new Date(unit === 'iso' ? said : Number(said) * (unit === 'seconds' ? 1_000 : 1));
  return Number.isNaN(at.getTime()) ? undefined : at;
}
