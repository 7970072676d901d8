/**
 * AES-256-GCM for small secrets: how a key is wrapped by another. Encoding, version 1:
 * 0x01 ‖ nonce (12, random) ‖ ciphertext ‖ tag (16). Random nonces allow 2^32 boxes per key, far beyond the
 * number of parts one key-encryption key or root ever wraps.
 */
import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import type { RandomBytes } from './chunk-format.ts';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts `plaintext`; it opens again only with the same key and the same associated data. */
export function sealBox(key: Buffer, plaintext: Buffer, associated: Buffer, random: RandomBytes): Buffer {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(key), nonce);
  cipher.setAAD(associated);
  const body = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([Buffer.of(VERSION), nonce, body, cipher.getAuthTag()]);
}

/** @throws integrity_failed when the box was changed or made with another key or other associated data. */
export function openBox(key: Buffer, box: Buffer, associated: Buffer): Buffer {
  if (box.length < 1 + NONCE_BYTES + TAG_BYTES || box[0] !== VERSION) {
    throw new HoldfastError(
      'integrity_failed',
      'A wrapped key is not in a form this version knows: it was cut, changed, or written by a newer version. Restore it from a backup or upgrade.',
    );
  }
  const tagAt = box.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', createSecretKey(key), box.subarray(1, 1 + NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associated);
  decipher.setAuthTag(box.subarray(tagAt));
  const plaintext = decipher.update(box.subarray(1 + NONCE_BYTES, tagAt));
  try {
    decipher.final();
  } catch (cause) {
    throw new HoldfastError(
      'integrity_failed',
      'A wrapped key does not open: it was changed, or it belongs to another key or another item. Nothing was decrypted; restore the wrapped key from a backup.',
      { cause },
    );
  }
  return plaintext;
}
