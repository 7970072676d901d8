import { createHash } from 'node:crypto';
import { describeStorageError } from '../durable-file.ts';
import type { ObjectContent } from '../object-content.ts';
import { readFileBytes } from '../read-file-bytes.ts';

/** A body that knows the digest and size of what has been taken from it. */
export class CountedBody implements AsyncIterable<Uint8Array> {
  readonly #bytes: AsyncIterable<Uint8Array>;
  readonly #hash = createHash('sha256');
  #size = 0;

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#bytes = bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const piece of this.#bytes) {
      this.#hash.update(piece);
      this.#size += piece.length;
      yield piece;
    }
  }

  /** Of the bytes that have been taken so far. */
  content(): ObjectContent {
    return { sha256: this.#hash.copy().digest('hex'), size: this.#size };
  }
}

/** The bytes of a local file; what the disk answers in our words. */
export async function* readLocal(path: string): AsyncGenerator<Buffer> {
  try {
    yield* readFileBytes(path);
  } catch (error) {
    throw describeStorageError(error);
  }
}

/** SHA-256 in lower-case hexadecimal. */
export async function digestOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of bytes) hash.update(piece);
  return hash.digest('hex');
}
