import { createHash } from 'node:crypto';
import { HoldfastError } from '../../errors.ts';
import type { OpenObject } from '../object-store.ts';
import { readRange, type PinnedObject } from './read-range.ts';
import type { S3Bucket } from './s3-bucket.ts';

/** Fetched at once while an object is read from front to back, so that a request is not paid for every 256 KiB. */
const READ_AHEAD_BYTES = 1024 * 1024;

/**
 * An object of the bucket, opened. Always the version that was there at the start. Whoever reads all of it, in order
 * but for repetitions, has its digest compared with the one that was recorded when it was stored.
 */
export class S3OpenObject implements OpenObject {
  readonly size: number;
  readonly #bucket: S3Bucket;
  readonly #object: PinnedObject;
  readonly #sha256: string | undefined;
  readonly #hash = createHash('sha256');
  /** Bytes from the start that are in the hash. */
  #hashed = 0;
  /** Where the last read ended. */
  #next = 0;
  #ahead: { readonly offset: number; readonly bytes: Buffer } = { offset: 0, bytes: Buffer.alloc(0) };

  constructor(bucket: S3Bucket, object: PinnedObject, sha256: string | undefined) {
    this.#bucket = bucket;
    this.#object = object;
    this.#sha256 = sha256;
    this.size = object.size;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.size - offset));
    if (wanted === 0) return Buffer.alloc(0);
    const bytes = await this.#fetch(offset, wanted);
    this.#digest(offset, bytes);
    return bytes;
  }

  close(): Promise<void> {
    this.#ahead = { offset: 0, bytes: Buffer.alloc(0) };
    return Promise.resolve();
  }

  async #fetch(offset: number, length: number): Promise<Buffer> {
    const { offset: start, bytes } = this.#ahead;
    const inOrder = offset === this.#next;
    this.#next = offset + length;
    if (offset >= start && offset + length <= start + bytes.length) {
      return bytes.subarray(offset - start, offset - start + length);
    }
    const fetched = inOrder ? Math.min(Math.max(length, READ_AHEAD_BYTES), this.size - offset) : length;
    const found = await readRange(this.#bucket, this.#object, offset, fetched);
    if (fetched > length) this.#ahead = { offset, bytes: found };
    return found.subarray(0, length);
  }

  #digest(offset: number, bytes: Buffer): void {
    if (offset > this.#hashed || offset + bytes.length <= this.#hashed) return;
    this.#hash.update(bytes.subarray(this.#hashed - offset));
    this.#hashed = offset + bytes.length;
    if (this.#hashed < this.size || this.#sha256 === undefined) return;
    if (this.#hash.copy().digest('hex') === this.#sha256) return;
    throw new HoldfastError(
      'integrity_failed',
      'The bytes that the object store returned are not those that were stored: their digest is another. Compare the object with a replica.',
    );
  }
}
