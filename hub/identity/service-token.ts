import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { BearerToken } from './bearer-token.ts';

/** With what every token of a machine begins, so that scanners for secrets find those that were left lying about. */
export const SERVICE_TOKEN_PREFIX = 'holdfast_st_';

/** The whole of a token, for the rule of a scanner: tenant, 256 random bits, checksum. */
const SHAPE = /^holdfast_st_([0-9a-f]{32})_([A-Za-z0-9_-]{43})([0-9a-f]{8})$/;

/**
 * Makes the token of a machine: `holdfast_st_<tenant>_<256 random bits><CRC-32>`. The checksum lets scanners tell a token from what
 * only looks like one, without asking us. The text is shown once and kept nowhere.
 */
export function makeServiceToken(
  tenantId: string,
  random: (bytes: number) => Buffer,
): { readonly text: string; readonly digest: Buffer } {
  const body = `${SERVICE_TOKEN_PREFIX}${tenantId.replaceAll('-', '')}_${random(32).toString('base64url')}`;
  const text = body + checksum(body);
  return { text, digest: createHash('sha256').update(text).digest() };
}

/** Reads the token of a machine. @throws HoldfastError `unauthenticated` for a text that was never one. */
export function parseServiceToken(text: string): BearerToken {
  const [, hex] = SHAPE.exec(text) ?? [];
  if (hex === undefined || checksum(text.slice(0, -8)) !== text.slice(-8)) {
    throw new HoldfastError(
      'unauthenticated',
      'This is no token of a service account, or not all of it. Send the whole of what `holdfast token` printed as `Authorization: Bearer`.',
    );
  }
  return {
    tenantId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    digest: createHash('sha256').update(text).digest(),
  };
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
