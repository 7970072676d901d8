import { timingSafeEqual } from 'node:crypto';
import {
  algorithmOf,
  DIGEST_ALGORITHMS,
  digestResponse,
  formatDigest,
  ha1Of,
  type DigestParams,
  type DigestSecret,
} from './digest.ts';

/** Somebody who proves to know a secret (RFC 7616). */
export interface DigestAccount {
  readonly realm: string;
  readonly username: string;
  readonly secret: DigestSecret;
}

/**
 * The challenges of a 401, best algorithm first (RFC 8760 section 2.3), one for each algorithm that some account has a secret
 * for. `stale` tells a client that only its nonce was refused.
 */
export function challengesFor(accounts: readonly DigestAccount[], nonce: string, stale: boolean): string[] {
  const realm = accounts[0]?.realm ?? '';
  return DIGEST_ALGORITHMS.filter((algorithm) =>
    accounts.some((account) => ha1Of(algorithm, account) !== undefined),
  ).map((algorithm) =>
    formatDigest({ realm, nonce, algorithm, qop: 'auth', ...(stale ? { stale: 'true' } : {}) }, 'challenge'),
  );
}

/**
 * True when the credentials prove the account's secret for this method, whatever their nonce is worth. The `uri` is taken as
 * they give it, as intermediaries rewrite the Request-URI; the nonce's count keeps them from being used again. Without
 * `qop=auth` there would be no count, so they prove nothing. Takes the same time wherever a response is wrong.
 */
export function proves(credentials: DigestParams, account: DigestAccount, method: string): boolean {
  const get = (name: string): string => credentials.get(name) ?? '';
  const algorithm = algorithmOf(credentials);
  if (algorithm === undefined || get('qop').toLowerCase() !== 'auth') return false;
  if (get('username') !== account.username || get('realm') !== account.realm) return false;
  const ha1 = ha1Of(algorithm, account);
  if (ha1 === undefined) return false;
  const wanted = Buffer.from(
    digestResponse(ha1, {
      algorithm,
      method,
      uri: get('uri'),
      nonce: get('nonce'),
      nc: get('nc'),
      cnonce: get('cnonce'),
    }),
  );
  const given = Buffer.from(get('response').toLowerCase());
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
