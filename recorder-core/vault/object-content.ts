/** What every object store asks of content: is it what was announced, is it what stands there already. */
import { HoldfastError } from '../errors.ts';
import type { ExpectedObject } from './object-store.ts';

/** Digest (SHA-256, lower-case hexadecimal) and size of a body. */
export interface ObjectContent {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** @throws integrity_failed when the bytes are not those that were announced; the caller has stored nothing yet. */
export function checkExpected(content: ObjectContent, expected: ExpectedObject): void {
  const sizeFits = expected.size === undefined || expected.size === content.size;
  const digestFits = expected.sha256 === undefined || expected.sha256 === content.sha256;
  if (sizeFits && digestFits) return;
  throw new HoldfastError(
    'integrity_failed',
    'The bytes to be stored are not the ones that were announced, so nothing was stored. Read the source again and compare its digest.',
  );
}

/** @throws conflict when the object that is there has another digest than the content to be stored under its key. */
export function requireSameContent(storedSha256: string, content: ObjectContent): void {
  if (storedSha256 === content.sha256) return;
  throw new HoldfastError(
    'conflict',
    'Another object with different content is stored under this key already. Objects are never changed: store the new content under a new version.',
  );
}
