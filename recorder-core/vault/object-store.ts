/** The port to where sealed parts stay: a folder, an S3 bucket. Objects are written once and never changed. */
import type { RandomAccessSource } from './chunk-reader.ts';
import { HoldfastError } from '../errors.ts';
import type { CanaryStore } from './canary-store.ts';
import type { ObjectLock } from './object-lock.ts';

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

/**
 * One version of an object that is still in the store, also where a deletion marker hides it from `head` and `list`.
 * A store without versions has at most one a key.
 */
export interface StoredVersion {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Until when the store refuses to delete it; null where no date keeps it. */
  readonly lockedUntil: Date | null;
  /** True where a legal hold in the store keeps it, whatever the date. */
  readonly legalHold: boolean;
}

/** What became of a deletion. `locked`: a lock of the store kept one version or more; `remainingVersions` tells which. */
export type DeleteOutcome = 'deleted' | 'absent' | 'locked';

/**
 * An object opened for reading, always the same version of it. Deleted meanwhile, it stays readable in a folder; in a
 * store across a network, reading ends with `not_found`.
 */
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
  /** Removes the object with all its versions and deletion markers; `absent` when none was left. */
  delete(key: string): Promise<DeleteOutcome>;
  /** All objects whose key begins with `prefix` (any string, may be empty), in the order of their keys. */
  list(prefix: string): AsyncIterable<ObjectHead>;
  /** Every version whose key begins with `prefix`: empty means that nothing at all is left. */
  remainingVersions(prefix: string): AsyncIterable<StoredVersion>;
  /** Removes what writes that were killed before `before` left behind; answers how many. Safe while others write. */
  removeAbandoned(before: Date): Promise<number>;
  /** How objects are locked against deletion; undefined where the store has no such thing or is not to use it. */
  readonly lock: ObjectLock | undefined;
  /** How the store's promises are tried; undefined where it makes none. */
  readonly canaries: CanaryStore | undefined;
  /** Where it is, for people: never a secret. */
  readonly place: string;
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
