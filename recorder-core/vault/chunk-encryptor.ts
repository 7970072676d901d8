/**
 * Streaming encryption into the chunked format. Holds at most one chunk of plaintext, so that a crash loses
 * no more than that.
 */
import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import type { RandomBytes, StreamKeys } from './chunk-format.ts';
import { CHUNK_BYTES, SALT_BYTES, deriveStreamKeys, sealChunk } from './chunk-format.ts';

/**
 * Encrypts one message. Write `header()` first, then every buffer `update` returns, then `final()`; the
 * concatenation is the ciphertext. One instance serves one message; the salt is drawn anew for each.
 */
export class ChunkEncryptor {
  #keys: StreamKeys | undefined;
  readonly #header: Buffer;
  readonly #pending = Buffer.alloc(CHUNK_BYTES);
  #pendingBytes = 0;
  #nextChunk = 0;

  /**
   * @param key 32 uniformly random bytes, used for one part only
   * @param context what the ciphertext is bound to, see part-context.ts
   * @param random source of the salt; a salt must never repeat under one key
   */
  constructor(key: Buffer, context: Buffer, random: RandomBytes = randomBytes) {
    const salt = random(SALT_BYTES);
    const keys = deriveStreamKeys(key, salt, context);
    this.#keys = keys;
    this.#header = Buffer.concat([salt, keys.commitment]);
  }

  /** The 56 bytes that open the ciphertext. */
  header(): Buffer {
    return this.#header;
  }

  /** Plaintext bytes taken in but not yet part of a returned chunk: what a crash now would lose. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Plaintext bytes taken in so far, pending ones included. */
  get plaintextBytes(): number {
    return this.#nextChunk * CHUNK_BYTES + this.#pendingBytes;
  }

  /** Takes plaintext in; returns the ciphertext of the chunks it completed (often none) in pieces. */
  update(plaintext: Uint8Array): Buffer[] {
    this.#openKeys();
    const sealed: Buffer[] = [];
    let offset = 0;
    while (offset < plaintext.length) {
      const rest = plaintext.length - offset;
      if (this.#pendingBytes === 0 && rest >= CHUNK_BYTES) {
        sealed.push(...this.#seal(plaintext.subarray(offset, offset + CHUNK_BYTES)));
        offset += CHUNK_BYTES;
        continue;
      }
      const taken = Math.min(rest, CHUNK_BYTES - this.#pendingBytes);
      this.#pending.set(plaintext.subarray(offset, offset + taken), this.#pendingBytes);
      this.#pendingBytes += taken;
      offset += taken;
      if (this.#pendingBytes === CHUNK_BYTES) sealed.push(...this.#sealPending());
    }
    return sealed;
  }

  /**
   * The chunk being filled, for writers that put many small pieces straight into it from `pendingBytes` on, and then
   * say so with `filled`. Undefined when `bytes` more do not fit: then `update` takes them.
   */
  room(bytes: number): Buffer | undefined {
    this.#openKeys();
    return this.#pendingBytes + bytes <= CHUNK_BYTES ? this.#pending : undefined;
  }

  /** Takes in the bytes that were written into `room`; returns the ciphertext of the chunk when they completed it. */
  filled(bytes: number): Buffer[] {
    this.#pendingBytes += bytes;
    return this.#pendingBytes === CHUNK_BYTES ? this.#sealPending() : [];
  }

  /** Ends the message: the last chunk, possibly of no plaintext. Forgets pending plaintext and the key. */
  final(): Buffer[] {
    const last = this.#sealPending();
    this.#keys = undefined;
    this.#pending.fill(0);
    return last;
  }

  #sealPending(): Buffer[] {
    const sealed = this.#seal(this.#pending.subarray(0, this.#pendingBytes));
    this.#pendingBytes = 0;
    return sealed;
  }

  #seal(plaintext: Uint8Array): Buffer[] {
    const sealed = sealChunk(this.#openKeys(), this.#nextChunk, plaintext);
    this.#nextChunk += 1;
    return sealed;
  }

  #openKeys(): StreamKeys {
    if (this.#keys === undefined) {
      throw new HoldfastError(
        'internal',
        'This encryption was already finished. Use a new encryptor for each part.',
      );
    }
    return this.#keys;
  }
}

/** Encrypts a whole stream: yields the header, then chunks as they fill, then the last chunk. */
export async function* encryptChunks(
  plaintext: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  key: Buffer,
  context: Buffer,
  random: RandomBytes = randomBytes,
): AsyncGenerator<Buffer> {
  const encryptor = new ChunkEncryptor(key, context, random);
  yield encryptor.header();
  for await (const piece of plaintext) yield* encryptor.update(piece);
  yield* encryptor.final();
}
