/** The key parameters of an `a=crypto` line: `inline:` key and salt, lifetime, MKI (RFC 4568 section 6.1). */
import type { SrtpKeys, SrtpSuite } from './srtp-keys.ts';
import { SRTP_SUITES } from './srtp-suites.ts';

/** A master key as a line of SDP carries it. */
export interface InlineKey extends SrtpKeys {
  /** Packets that may be sent under this key, at most 2^48; told by the sender, watched by nobody here. */
  readonly lifetime?: number;
}

/** More keys than this in one line are a mistake or an attack: each costs a derivation. */
const MAX_KEYS = 16;
/** 128 bytes, the longest MKI, have at most 309 decimal digits. */
const MKI = /^(\d{1,309}):(\d{1,3})$/;
const LIFETIME = /^(?:2\^(\d{1,3})|(\d{1,20}))$/;
const MAX_LIFETIME = 2 ** 48;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Reads `inline:…;inline:…`; what is wrong comes back as a sentence without key material. */
export function parseInlineKeys(text: string, suite: SrtpSuite): InlineKey[] | string {
  const parts = text.split(';', MAX_KEYS + 1);
  if (parts.length > MAX_KEYS) return `A line has at most ${MAX_KEYS} keys.`;
  const keys: InlineKey[] = [];
  for (const part of parts) {
    const key = parseInlineKey(part, suite);
    if (typeof key === 'string') return key;
    keys.push(key);
  }
  const mkis = new Set(keys.map(({ mki }) => mki && Buffer.from(mki).toString('hex')));
  const lengths = new Set(keys.map(({ mki }) => mki?.length));
  if (mkis.size < keys.length || lengths.size > 1)
    return 'Several keys need MKIs that differ, of one length.';
  return keys;
}

function parseInlineKey(text: string, suite: SrtpSuite): InlineKey | string {
  const [secret = '', ...rest] = text.replace(/^inline:/i, '').split('|');
  const sizes = SRTP_SUITES[suite];
  const bytes = BASE64.test(secret) ? Buffer.from(secret, 'base64') : Buffer.alloc(0);
  if (bytes.length !== sizes.key + sizes.salt) {
    return `A key of this suite is ${sizes.key + sizes.salt} bytes in base64.`;
  }
  const mkiText = rest.at(-1)?.includes(':') === true ? rest.pop() : undefined;
  const [lifetimeText, surplus] = rest;
  if (surplus !== undefined) return 'After the key come a lifetime and an MKI, at most one of each.';
  const lifetime = lifetimeText === undefined ? undefined : parseLifetime(lifetimeText);
  if (Number.isNaN(lifetime)) return 'The lifetime of a key is not a number of packets.';
  const mki = mkiText === undefined ? undefined : parseMki(mkiText);
  if (mki === null) return 'An MKI is a number and its length, 1 to 128 bytes that hold it.';
  return {
    suite,
    masterKey: bytes.subarray(0, sizes.key),
    masterSalt: bytes.subarray(sizes.key),
    ...(lifetime !== undefined && { lifetime }),
    ...(mki !== undefined && { mki }),
  };
}

/** NaN for what is no number. A lifetime above the largest that SRTP has means the largest. */
function parseLifetime(text: string): number {
  const [, exponent, decimal] = LIFETIME.exec(text) ?? [];
  const packets = exponent === undefined ? Number(decimal ?? NaN) : 2 ** Number(exponent);
  return packets > MAX_LIFETIME ? MAX_LIFETIME : packets;
}

/** Null for what is no MKI. */
function parseMki(text: string): Buffer | null {
  const [, value, length] = MKI.exec(text) ?? [];
  const bytes = Number(length);
  if (value === undefined || !(bytes >= 1 && bytes <= 128)) return null;
  const hex = BigInt(value).toString(16);
  return hex.length > 2 * bytes ? null : Buffer.from(hex.padStart(2 * bytes, '0'), 'hex');
}

/** Writes one `inline:` parameter. */
export function formatInlineKey(key: InlineKey): string {
  const secret = Buffer.concat([key.masterKey, key.masterSalt]).toString('base64');
  const lifetime = key.lifetime === undefined ? '' : `|${formatLifetime(key.lifetime)}`;
  const mki =
    key.mki === undefined ? '' : `|${BigInt(`0x${Buffer.from(key.mki).toString('hex')}`)}:${key.mki.length}`;
  return `inline:${secret}${lifetime}${mki}`;
}

function formatLifetime(packets: number): string {
  const exponent = Math.log2(packets);
  return Number.isInteger(exponent) ? `2^${exponent}` : String(packets);
}
