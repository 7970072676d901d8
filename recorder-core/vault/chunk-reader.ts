/**
 * Random access into a chunked ciphertext: what playback and range requests use. Before the first plaintext
 * byte leaves, the key commitment is checked and the last chunk is opened under its index, which proves the
 * length; then every chunk touched is authenticated on its own.
 */
import { HoldfastError } from '../errors.ts';
import type { CiphertextLayout, StreamKeys } from './chunk-format.ts';
import {
  CHUNK_BYTES,
  HEADER_BYTES,
  SEALED_CHUNK_BYTES,
  layoutOf,
  openChunk,
  openHeader,
  truncated,
} from './chunk-format.ts';

/** Anything with a known size that can be read at an offset: an open file, an object in a store, a buffer. */
export interface RandomAccessSource {
  /** Ciphertext bytes. */
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer only at the end. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** Ciphertext read at once while streaming: 16 chunks, 256 KiB. */
const CHUNKS_PER_READ = 16;

interface OpenedSource {
  readonly keys: StreamKeys;
  readonly layout: CiphertextLayout;
}

/** Reads ranges of the plaintext of one part. Safe for concurrent reads; closes nothing. */
export class ChunkReader {
  readonly #source: RandomAccessSource;
  readonly #key: Buffer;
  readonly #context: Buffer;
  #opened: Promise<OpenedSource> | undefined;

  constructor(source: RandomAccessSource, key: Buffer, context: Buffer) {
    this.#source = source;
    this.#key = key;
    this.#context = context;
  }

  /**
   * The authenticated length of the plaintext in bytes.
   * @throws integrity_failed when key, context, header, length or last chunk are not right.
   */
  async size(): Promise<number> {
    return (await this.#open()).layout.plaintextBytes;
  }

  /**
   * The plaintext bytes [from, to).
   * @throws invalid_input when the range lies outside the plaintext; integrity_failed on any damage.
   */
  async read(from: number, to: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.stream(from, to)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** The plaintext bytes [from, to) in pieces of at most one chunk; without `to`, up to the end. Errors as `read`. */
  async *stream(from = 0, to?: number): AsyncGenerator<Buffer> {
    const { keys, layout } = await this.#open();
    const end = to ?? layout.plaintextBytes;
    checkRange(from, end, layout.plaintextBytes);
    if (from === end) return;
    const lastChunk = Math.floor((end - 1) / CHUNK_BYTES);
    let chunk = Math.floor(from / CHUNK_BYTES);
    while (chunk <= lastChunk) {
      const count = Math.min(CHUNKS_PER_READ, lastChunk - chunk + 1);
      const sealed = await this.#readChunks(layout, chunk, count);
      for (let i = 0; i < count; i += 1, chunk += 1) {
        const plaintext = openChunk(
          keys,
          chunk,
          sealed.subarray(i * SEALED_CHUNK_BYTES, (i + 1) * SEALED_CHUNK_BYTES),
        );
        const start = chunk * CHUNK_BYTES;
        yield plaintext.subarray(Math.max(0, from - start), Math.min(plaintext.length, end - start));
      }
    }
  }

  #open(): Promise<OpenedSource> {
    // A source that was only unreachable for a moment must not spoil the reader, so a failure is not kept.
    this.#opened ??= this.#authenticate().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #authenticate(): Promise<OpenedSource> {
    const layout = layoutOf(this.#source.size);
    const keys = openHeader(await this.#source.read(0, HEADER_BYTES), this.#key, this.#context);
    openChunk(keys, layout.chunks - 1, await this.#readChunks(layout, layout.chunks - 1, 1));
    return { keys, layout };
  }

  async #readChunks(layout: CiphertextLayout, first: number, count: number): Promise<Buffer> {
    const endsWithLast = first + count === layout.chunks;
    const length = endsWithLast
      ? (count - 1) * SEALED_CHUNK_BYTES + layout.lastChunkBytes
      : count * SEALED_CHUNK_BYTES;
    const sealed = await this.#source.read(HEADER_BYTES + first * SEALED_CHUNK_BYTES, length);
    if (sealed.length !== length) throw truncated(`the store returned fewer bytes than chunk ${first} needs`);
    return sealed;
  }
}

/** A source over bytes already in memory. */
export function bufferSource(bytes: Buffer): RandomAccessSource {
  return {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

function checkRange(from: number, to: number, size: number): void {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to < from || to > size) {
    throw new HoldfastError(
      'invalid_input',
      `The range ${from} to ${to} lies outside this part of ${size} bytes.`,
    );
  }
}
