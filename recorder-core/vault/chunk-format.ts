/**
 * The format facts of C2SP chunked-encryption (https://c2sp.org/chunked-encryption) in its instantiation
 * Cobblestone-256: HKDF-Expand-SHA-512 and AES-256-GCM over 16 KiB chunks.
 *
 * Ciphertext = salt (24) ‖ commitment (32) ‖ encrypted chunks. Every chunk but the last carries exactly
 * 16 KiB of plaintext, the last is always shorter and may be empty: its length is the end-of-message sign.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { HoldfastError } from '../errors.ts';

export const KEY_BYTES = 32;
export const SALT_BYTES = 24;
export const HEADER_BYTES = SALT_BYTES + 32;
export const CHUNK_BYTES = 16 * 1024;
export const TAG_BYTES = 16;
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
/** The format ends at 2^38 chunks (4 PiB); beyond it the counter would reach into the random part of the nonce. */
export const MAX_CHUNKS = 2 ** 38;

const NONCE_BYTES = 12;
const INFO_PREFIX = Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0', 'latin1');

/** A source of random bytes; the default everywhere is `randomBytes` of node:crypto. */
export type RandomBytes = (size: number) => Buffer;

/** The three values one message is encrypted under; derived, never stored. */
export interface StreamKeys {
  readonly key: KeyObject;
  readonly baseNonce: Buffer;
  readonly commitment: Buffer;
}

/** Derives key, base nonce and commitment of one message from its input key, salt and context. */
export function deriveStreamKeys(inputKey: Buffer, salt: Buffer, context: Buffer): StreamKeys {
  if (inputKey.length !== KEY_BYTES) {
    throw new HoldfastError(
      'internal',
      `A data key must have ${KEY_BYTES} bytes; this one has ${inputKey.length}.`,
    );
  }
  const info = Buffer.concat([INFO_PREFIX, salt, context]);
  const okm = expandSha512(inputKey, info, KEY_BYTES + NONCE_BYTES + 32);
  const rawKey = okm.subarray(0, KEY_BYTES);
  const key = createSecretKey(rawKey);
  rawKey.fill(0);
  return {
    key,
    baseNonce: okm.subarray(KEY_BYTES, KEY_BYTES + NONCE_BYTES),
    commitment: okm.subarray(KEY_BYTES + NONCE_BYTES),
  };
}

/**
 * Derives the keys of an existing ciphertext from its header and checks the key commitment.
 * @throws integrity_failed when the header is short or was made with another key or context.
 */
export function openHeader(header: Buffer, inputKey: Buffer, context: Buffer): StreamKeys {
  if (header.length < HEADER_BYTES) throw truncated('it ends inside its header');
  const keys = deriveStreamKeys(inputKey, header.subarray(0, SALT_BYTES), context);
  if (!timingSafeEqual(header.subarray(SALT_BYTES, HEADER_BYTES), keys.commitment)) {
    throw new HoldfastError(
      'integrity_failed',
      'This ciphertext was not made with this key and context (the key commitment differs). Either the wrong data key was unwrapped or the file belongs to another part; nothing was decrypted.',
    );
  }
  return keys;
}

/**
 * Encrypts one chunk: its ciphertext and its tag, to be written one after the other. They are not joined here,
 * because copying a chunk costs as much as encrypting it. `index` counts chunks from zero.
 */
export function sealChunk(
  keys: StreamKeys,
  index: number,
  plaintext: Uint8Array,
): [body: Buffer, tag: Buffer] {
  if (index >= MAX_CHUNKS) {
    throw new HoldfastError(
      'too_large',
      'A part cannot exceed 4 PiB. Close this part and continue in a new one.',
    );
  }
  const cipher = createCipheriv('aes-256-gcm', keys.key, chunkNonce(keys.baseNonce, index));
  const body = cipher.update(plaintext);
  cipher.final();
  return [body, cipher.getAuthTag()];
}

/**
 * Decrypts and authenticates one chunk; nothing is returned before the tag was checked.
 * @throws integrity_failed naming the chunk.
 */
export function openChunk(keys: StreamKeys, index: number, sealed: Uint8Array): Buffer {
  if (sealed.length < TAG_BYTES) throw truncated(`chunk ${index} is shorter than its tag`);
  const split = sealed.length - TAG_BYTES;
  const nonce = chunkNonce(keys.baseNonce, index);
  const decipher = createDecipheriv('aes-256-gcm', keys.key, nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(sealed.subarray(split));
  const plaintext = decipher.update(sealed.subarray(0, split));
  try {
    decipher.final();
  } catch (cause) {
    throw new HoldfastError(
      'integrity_failed',
      `Chunk ${index} of this part is not what was encrypted: it was changed, moved or cut. The part must not be used; compare it with another copy.`,
      { cause },
    );
  }
  return plaintext;
}

/** Size of the ciphertext of a message of `plaintextBytes`. */
export function ciphertextSize(plaintextBytes: number): number {
  return HEADER_BYTES + plaintextBytes + (Math.floor(plaintextBytes / CHUNK_BYTES) + 1) * TAG_BYTES;
}

/** How a ciphertext of a given size divides into chunks. */
export interface CiphertextLayout {
  readonly chunks: number;
  readonly lastChunkBytes: number;
  readonly plaintextBytes: number;
}

/**
 * The layout a ciphertext of `size` bytes must have. The size alone is not authenticated: the last chunk
 * must still be opened under its index.
 * @throws integrity_failed for a size no message has.
 */
export function layoutOf(size: number): CiphertextLayout {
  if (size < HEADER_BYTES) throw truncated('it ends inside its header');
  const whole = Math.floor((size - HEADER_BYTES) / SEALED_CHUNK_BYTES);
  const lastChunkBytes = size - HEADER_BYTES - whole * SEALED_CHUNK_BYTES;
  if (lastChunkBytes < TAG_BYTES) throw truncated('its final chunk is missing');
  return {
    chunks: whole + 1,
    lastChunkBytes,
    plaintextBytes: whole * CHUNK_BYTES + lastChunkBytes - TAG_BYTES,
  };
}

/** The error for a ciphertext that stops too early; `where` completes "cut off: …". */
export function truncated(where: string): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    `This ciphertext is cut off: ${where}. If a crash interrupted its writing, run crash recovery on the spool; otherwise compare it with another copy.`,
  );
}

/** Base nonce XOR chunk index; the index has at most 38 bits, so only the last five bytes change. */
function chunkNonce(baseNonce: Buffer, index: number): Buffer {
  const nonce = Buffer.from(baseNonce);
  nonce.writeUInt8(nonce.readUInt8(7) ^ Math.floor(index / 2 ** 32), 7);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ (index % 2 ** 32)) >>> 0, 8);
  return nonce;
}

/** HKDF-Expand alone (RFC 5869 section 2.3): the format skips Extract because the input key is uniform already. */
function expandSha512(prk: Buffer, info: Buffer, length: number): Buffer {
  const blocks: Buffer[] = [];
  let previous: Buffer = Buffer.alloc(0);
  for (let counter = 1; blocks.length * 64 < length; counter += 1) {
    previous = createHmac('sha512', prk).update(previous).update(info).update(Buffer.of(counter)).digest();
    blocks.push(previous);
  }
  return Buffer.concat(blocks).subarray(0, length);
}
