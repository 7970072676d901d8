/** The port to where sealed parts stay: a folder, an S3 bucket. Objects are written once and never changed. */
import type { RandomAccessSource } from './chunk-reader.ts';
import { HoldfastError } from '../errors.ts';

/** What to store: the path of a local file, or the bytes themselves. */
export type ObjectBody = string | AsyncIterable<Uint8Array>;

/** What the caller knows about the body; when given, a body that differs is refused and nothing is stored. */
export interface ExpectedObject {
  /** SHA-256 in lower-case hexadecimal. */
  readonly sha256?: string;
  /** Bytes. */
  readonly size?: number;
}

/** `stored` now, or `exists` from before with the same content. */
export interface PutResult {
  readonly outcome: 'stored' | 'exists';
  readonly sha256: string;
  readonly size: number;
}

/** What is known of an object without reading it. */
export interface ObjectHead {
  readonly key: string;
  readonly size: number;
  readonly storedAt: Date;
}

/** An object opened for reading; it stays readable until closed, also when deleted meanwhile. */
export interface OpenObject extends RandomAccessSource {
  close(): Promise<void>;
}

/** Every implementation passes object-store.conformance.ts. Keys are checked by `checkObjectKey`. */
export interface ObjectStore {
  /**
   * Stores the body durably under a key that must be free; idempotent for equal content.
   * @throws conflict when other content is there; integrity_failed when the body is not as expected;
   *   storage_full; unavailable. Nothing partial is ever visible; after an error the put may be repeated.
   */
  put(key: string, body: ObjectBody, expected?: ExpectedObject): Promise<PutResult>;
  /** @throws not_found. */
  open(key: string): Promise<OpenObject>;
  /** Undefined when there is no such object. */
  head(key: string): Promise<ObjectHead | undefined>;
  /** Removes the object; `absent` when it was gone already. */
  delete(key: string): Promise<'deleted' | 'absent'>;
  /** All objects whose key begins with `prefix` (any string, may be empty), in the order of their keys. */
  list(prefix: string): AsyncIterable<ObjectHead>;
}

const SEGMENT = /^[A-Za-z0-9_=][A-Za-z0-9_=.-]{0,127}$/;

/**
 * Refuses keys that could leave the store or mean different things in different stores. A key is 1 to 16
 * segments joined by `/`; a segment is 1 to 128 letters, digits, `_`, `=`, `.`, `-` and starts with none of `.`, `-`.
 * @throws invalid_input.
 */
export function checkObjectKey(key: string): readonly string[] {
  if (!isObjectKey(key)) {
    throw new HoldfastError(
      'invalid_input',
      'This object key is not allowed. Use up to 16 segments of letters, digits, "_", "=", "." and "-", joined by "/", none starting with "." or "-".',
      { field: 'key' },
    );
  }
  return key.split('/');
}

/** Whether `checkObjectKey` would accept the key. */
export function isObjectKey(key: string): boolean {
  const segments = key.split('/');
  return segments.length <= 16 && segments.every((segment) => SEGMENT.test(segment));
}
