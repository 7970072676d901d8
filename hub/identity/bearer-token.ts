import { createHash } from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';

/**
 * A secret that a person or a browser holds: `<tenant>.<256 random bits>`. The
 * tenant stands in front so that the row can be looked up under row-level
 * security; only the digest is stored.
 */
export interface BearerToken {
  readonly tenantId: string;
  readonly digest: Buffer;
}

/** Makes a token; its text is shown once and kept nowhere. */
export function makeToken(
  tenantId: string,
  random: (bytes: number) => Buffer,
): { readonly text: string; readonly digest: Buffer } {
  const text = `${tenantId.replaceAll('-', '')}.${random(32).toString('base64url')}`;
  return { text, digest: digestOf(text) };
}

/** Reads a token's text. @throws HoldfastError `unauthenticated` when it cannot be one of ours. */
export function parseToken(text: string): BearerToken {
  const hex = /^([0-9a-f]{32})\.[A-Za-z0-9_-]{43}$/.exec(text)?.[1];
  if (hex === undefined) {
    throw new HoldfastError(
      'unauthenticated',
      'This is not a valid sign-in. Ask for a new link with `holdfast sign-in`.',
    );
  }
  const tenantId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { tenantId, digest: digestOf(text) };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
