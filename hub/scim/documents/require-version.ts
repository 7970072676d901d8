import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Document } from './document.ts';
import { versionOf } from './with-meta.ts';

/** Whether a header of ETags (`If-Match`, `If-None-Match`) names a version; weakly compared, as RFC 7644 section 3.14 does. */
export function namesVersion(header: string, version: string): boolean {
  const plain = (tag: string) => tag.trim().replace(/^W\//, '');
  return header.trim() === '*' || header.split(',').some((tag) => plain(tag) === plain(version));
}

/** That a resource still is what the client saw. @throws HoldfastError `precondition_failed`. */
export function requireVersion(shown: Document, ifMatch: string | undefined): void {
  if (ifMatch === undefined || namesVersion(ifMatch, versionOf(shown))) return;
  throw new HoldfastError(
    'precondition_failed',
    'The resource was changed since you read it, so nothing was done. Read it again and repeat the change.',
  );
}
