/** Streaming decryption of the chunked format: plaintext comes out chunk by chunk, each authenticated first. */
import { HoldfastError } from '../errors.ts';
import type { StreamKeys } from './chunk-format.ts';
import {
  HEADER_BYTES,
  MAX_CHUNKS,
  SEALED_CHUNK_BYTES,
  openChunk,
  openHeader,
  truncated,
} from './chunk-format.ts';

/**
 * Decrypts one message from start to end. What `update` returned is authentic, but only after `final()` is it
 * known to be all: a caller that must not act on a cut message waits for `final()`.
 */
export class ChunkDecryptor {
  readonly #key: Buffer;
  readonly #context: Buffer;
  #keys: StreamKeys | undefined;
  readonly #pending = Buffer.alloc(SEALED_CHUNK_BYTES);
  #pendingBytes = 0;
  #nextChunk = 0;
  #ended = false;

  /** @param key the part's data key; @param context what the ciphertext must be bound to */
  constructor(key: Buffer, context: Buffer) {
    this.#key = key;
    this.#context = context;
  }

  /**
   * Takes ciphertext in; returns the plaintext of the whole chunks it completed.
   * @throws integrity_failed; after that every call fails.
   */
  update(ciphertext: Uint8Array): Buffer[] {
    return this.#guard(() => {
      const opened: Buffer[] = [];
      for (let offset = 0; offset < ciphertext.length;) {
        const wanted = this.#keys === undefined ? HEADER_BYTES : SEALED_CHUNK_BYTES;
        const taken = Math.min(ciphertext.length - offset, wanted - this.#pendingBytes);
        this.#pending.set(ciphertext.subarray(offset, offset + taken), this.#pendingBytes);
        this.#pendingBytes += taken;
        offset += taken;
        if (this.#pendingBytes < wanted) break;
        this.#pendingBytes = 0;
        if (this.#keys === undefined) this.#keys = openHeader(this.#pending, this.#key, this.#context);
        else opened.push(this.#openNext(this.#keys, this.#pending));
      }
      return opened;
    });
  }

  /**
   * Ends the message: the plaintext of the last chunk, possibly empty.
   * @throws integrity_failed when the ciphertext was cut, extended or changed.
   */
  final(): Buffer {
    return this.#guard(() => {
      if (this.#keys === undefined) throw truncated('it ends inside its header');
      if (this.#pendingBytes === 0) throw truncated('its final chunk is missing');
      const last = this.#openNext(this.#keys, this.#pending.subarray(0, this.#pendingBytes));
      this.#ended = true;
      return last;
    });
  }

  #openNext(keys: StreamKeys, sealed: Buffer): Buffer {
    if (this.#nextChunk >= MAX_CHUNKS) throw truncated('it has more chunks than the format allows');
    const plaintext = openChunk(keys, this.#nextChunk, sealed);
    this.#nextChunk += 1;
    return plaintext;
  }

  #guard<T>(step: () => T): T {
    if (this.#ended) {
      throw new HoldfastError(
        'internal',
        'This decryption has ended or failed. Start a new one from the beginning.',
      );
    }
    try {
      return step();
    } catch (error) {
      this.#ended = true;
      throw error;
    }
  }
}

/**
 * Decrypts a whole stream. Ends normally only when the message was complete; on any damage it throws
 * integrity_failed after the last authentic chunk.
 */
export async function* decryptChunks(
  ciphertext: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  key: Buffer,
  context: Buffer,
): AsyncGenerator<Buffer> {
  const decryptor = new ChunkDecryptor(key, context);
  for await (const piece of ciphertext) yield* decryptor.update(piece);
  const last = decryptor.final();
  if (last.length > 0) yield last;
}
