import {
  algorithmOf,
  DIGEST_ALGORITHMS,
  digestResponse,
  formatDigest,
  ha1Of,
  parseDigest,
} from './digest.ts';
import type { SipResponse } from './message.ts';

/** Who a call of ours says it comes from, when it is asked. */
export interface DigestCredentials {
  readonly username: string;
  readonly password: string;
}

/** What an answer to a challenge is made from. */
export interface ChallengedRequest {
  readonly method: string;
  readonly uri: string;
  /** Fresh for each answer. */
  readonly cnonce: string;
}

/**
 * The header that answers a 401 or 407 (RFC 3261 section 22.2, 22.3): for the best algorithm of its challenges (RFC 8760
 * section 2.4). `undefined` when there is none that we speak, or none with `qop=auth`.
 */
export function answerChallenge(
  { status, headers }: SipResponse,
  { method, uri, cnonce }: ChallengedRequest,
  { username, password }: DigestCredentials,
): { name: 'Authorization' | 'Proxy-Authorization'; value: string } | undefined {
  const proxy = status === 407;
  const challenges = headers
    .getAll(proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate')
    .flatMap((value) => parseDigest(value) ?? [])
    .filter((params) => /(^|[\s,])auth([\s,]|$)/i.test(params.get('qop') ?? ''));
  const [algorithm] = DIGEST_ALGORITHMS.filter((name) =>
    challenges.some((params) => algorithmOf(params) === name),
  );
  const challenge = challenges.find((params) => algorithmOf(params) === algorithm);
  if (algorithm === undefined || challenge === undefined) return undefined;
  const [realm = '', nonce = ''] = [challenge.get('realm'), challenge.get('nonce')];
  const nc = '00000001';
  const ha1 = ha1Of(algorithm, { username, realm, secret: { password } }) ?? '';
  const response = digestResponse(ha1, { algorithm, method, uri, nonce, nc, cnonce });
  const opaque = challenge.get('opaque');
  const value = formatDigest(
    {
      username,
      realm,
      nonce,
      uri,
      response,
      algorithm,
      qop: 'auth',
      nc,
      cnonce,
      ...(opaque === undefined ? {} : { opaque }),
    },
    'credentials',
  );
  return { name: proxy ? 'Proxy-Authorization' : 'Authorization', value };
}
