import { createHash } from 'node:crypto';
import { quote, splitUnquoted, trimBlanks, unquote } from './quoted-text.ts';

/** The hashes we speak, the better one first (RFC 8760 section 2.1). */
export const DIGEST_ALGORITHMS = ['SHA-256', 'MD5'] as const;
export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

/** A password, or what stands for it in one realm: hex of the hash of `username:realm:password`. */
export type DigestSecret =
  { readonly password: string } | { readonly ha1: Readonly<Partial<Record<DigestAlgorithm, string>>> };

/** The parameters of a challenge or of credentials, names lower-case, values unquoted. */
export type DigestParams = ReadonlyMap<string, string>;

/** Longest header we take apart; real ones stay below 1 KB. */
const MAX_LENGTH = 4_096;

/**
 * Reads a WWW-Authenticate, Proxy-Authenticate or Authorization value of the Digest scheme (RFC 7616 section 3.3, 3.4);
 * `undefined` for any other scheme and for a parameter given twice. Never throws.
 */
export function parseDigest(text: string): DigestParams | undefined {
  const [, list] = /^Digest[ \t]+(.*)$/is.exec(text) ?? [];
  if (list === undefined || text.length > MAX_LENGTH) return undefined;
  const params = new Map<string, string>();
  for (const piece of splitUnquoted(list, ',')) {
    const equals = piece.indexOf('=');
    if (piece === '') continue;
    const name = trimBlanks(piece.slice(0, Math.max(equals, 0))).toLowerCase();
    if (name === '' || params.has(name)) return undefined;
    params.set(name, unquote(trimBlanks(piece.slice(equals + 1))));
  }
  return params;
}

/** Parameters that are written without quotes (RFC 7616 section 3.3, 3.4). */
const BARE = new Set(['algorithm', 'stale', 'nc']);

/** Writes a challenge or credentials; `qop` is bare in credentials and quoted in a challenge. */
export function formatDigest(
  params: Readonly<Record<string, string>>,
  kind: 'challenge' | 'credentials',
): string {
  const bare = (name: string): boolean => BARE.has(name) || (name === 'qop' && kind === 'credentials');
  const written = Object.entries(params).map(
    ([name, value]) => `${name}=${bare(name) ? value : quote(value)}`,
  );
  return `Digest ${written.join(', ')}`;
}

/** The algorithm that parameters name, MD5 when they name none (RFC 7616 section 3.3); `undefined` for one we do not speak. */
export function algorithmOf(params: DigestParams): DigestAlgorithm | undefined {
  const name = (params.get('algorithm') ?? 'MD5').toUpperCase();
  return DIGEST_ALGORITHMS.find((algorithm) => algorithm === name);
}

/** The hash of an account in hex; `undefined` when only that of another algorithm is known. */
export function ha1Of(
  algorithm: DigestAlgorithm,
  { username, realm, secret }: { username: string; realm: string; secret: DigestSecret },
): string | undefined {
  if ('ha1' in secret) return secret.ha1[algorithm]?.toLowerCase();
  return hash(algorithm, `${username}:${realm}:${secret.password}`);
}

/** What a response is computed from, besides the secret. */
export interface DigestRequest {
  readonly algorithm: DigestAlgorithm;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  readonly nc: string;
  readonly cnonce: string;
}

/** The `response` of credentials with quality of protection `auth` (RFC 7616 section 3.4.1), in hex. */
export function digestResponse(ha1: string, request: DigestRequest): string {
  const { algorithm, method, uri, nonce, nc, cnonce } = request;
  return hash(algorithm, [ha1, nonce, nc, cnonce, 'auth', hash(algorithm, `${method}:${uri}`)].join(':'));
}

function hash(algorithm: DigestAlgorithm, text: string): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');
}
