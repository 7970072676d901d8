/** From a master key to the keys that packets are protected with (RFC 3711 section 4.3, RFC 6188, RFC 7714 section 11). */
import { createCipheriv } from 'node:crypto';
import { HoldfastError } from '../../errors.ts';
import type { SrtpKeys } from './srtp-keys.ts';
import { SRTP_SUITES } from './srtp-suites.ts';

/** The two protocols of a media stream; each has session keys of its own. */
export type Protocol = 'rtp' | 'rtcp';

/** The keys of one protocol under one master key. */
export interface SessionKeys {
  readonly encryption: Buffer;
  readonly salt: Buffer;
  /** Key of HMAC-SHA1; the GCM suites do without. */
  readonly authentication: Buffer;
}

const LABELS = {
  rtp: { encryption: 0, authentication: 1, salt: 2 },
  rtcp: { encryption: 3, authentication: 4, salt: 5 },
} as const;
const AUTHENTICATION_KEY_BYTES = 20;
const BLOCK_BYTES = 16;
/** Where the label meets the salt: 48 bits of index, always 0 for a key that is derived once, stand behind it. */
const LABEL_AT = 7;

/** Derives once for the life of the master key (key derivation rate 0). @throws HoldfastError `invalid_input` */
export function deriveSessionKeys(keys: SrtpKeys, protocol: Protocol): SessionKeys {
  const { mode, key, salt } = SRTP_SUITES[keys.suite];
  if (keys.masterKey.length !== key || keys.masterSalt.length !== salt) {
    throw new HoldfastError(
      'invalid_input',
      `A master key of ${keys.suite} has ${key} bytes and its salt ${salt}; these have not, so nothing can be ` +
        'protected under them. Take the keys from a parsed a=crypto line.',
    );
  }
  const labels = LABELS[protocol];
  const derive = (label: number, bytes: number): Buffer => {
    const block = Buffer.alloc(BLOCK_BYTES); // a salt of 12 bytes leaves zeros behind it, as RFC 7714 wants
    block.set(keys.masterSalt);
    block.writeUInt8(block.readUInt8(LABEL_AT) ^ label, LABEL_AT);
    return createCipheriv(`aes-${key * 8}-ctr`, keys.masterKey, block).update(Buffer.alloc(bytes));
  };
  return {
    encryption: derive(labels.encryption, key),
    salt: derive(labels.salt, salt),
    authentication: derive(labels.authentication, mode === 'counter' ? AUTHENTICATION_KEY_BYTES : 0),
  };
}
