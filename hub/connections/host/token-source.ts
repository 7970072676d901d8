/** One token for all the work on a connection, in this process and in others: used while it is good, renewed by one. */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Credential } from '../../../connectors/kit/auth.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../../../connectors/kit/remote-error.ts';
import { askToken, TOKEN_TIMEOUT_MS, TokenRefused, type TokenWay } from './ask-token.ts';
import type { TokenGrant } from './token-grant.ts';
import { unlessAborted } from './unless-aborted.ts';
import type { ConnectionRef, MarkedLease, Token, TokenRefusal, TokenStore } from './token-store.ts';

/** Tokens as the transport needs them. Both throw RemoteFailure: `auth` where a person has to act. */
export interface TokenSource {
  /** A token that is good for now. */
  current(signal: AbortSignal): Promise<Token>;
  /** Another one than that which the other side refused: kept meanwhile by others, or asked for now. */
  insteadOf(refused: string, signal: AbortSignal): Promise<TokenInstead>;
}

/** A token in the place of a refused one. `asked`: the server gave it while this call waited; else it had been kept. */
export interface TokenInstead {
  readonly token: Token;
  readonly asked: boolean;
}

/** What a source rests on. */
export interface TokenSourceOptions {
  readonly of: ConnectionRef;
  readonly credential: Credential;
  readonly grant: TokenGrant;
  readonly way: TokenWay;
  readonly store: TokenStore;
  /** Told of every secret before it is used, so that no log line can hold it. */
  readonly onSecret: (secret: string) => void;
  readonly onAsked?: ((outcome: TokenOutcome) => void) | undefined;
}

/** What came of a request for a token. `failed`: for a reason that may pass. */
export type TokenOutcome = 'got' | 'refused' | 'failed';

const LEASE_MS = 2 * TOKEN_TIMEOUT_MS;
const LOOK_AGAIN_MS = 50;
/** A token this close to its end, or in the last fifth of its life, is renewed before it is used. */
const MARGIN_MS = 60_000;
const REFUSED_AGAIN_MS = 60_000;
const REFUSED_AGAIN_MOST_MS = 15 * 60_000;

/** Makes the source of one connection and credential. Work of one process that asks at once shares one renewal. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const mark = markOf(options.credential, options.grant);
  let known: Token | null = null;
  let renewing: Promise<TokenInstead> | undefined;
  const renew = (refused: string | null): Promise<TokenInstead> => {
    renewing ??= renewOnce(options, mark, refused).finally(() => {
      renewing = undefined;
    });
    return renewing;
  };
  const get = async (refused: string | null, signal: AbortSignal): Promise<TokenInstead> => {
    if (known !== null && isOf(known, refused) && isFresh(known, options.way.now()))
      return { token: known, asked: false };
    let got = await unlessAborted(renew(refused), signal);
    // A renewal that was under way already may have ended in the very token that was refused since; a server that gives the same
    // again is not asked once more.
    if (!isOf(got.token, refused) && !got.asked) got = await unlessAborted(renew(refused), signal);
    known = got.token;
    return got;
  };
  return {
    current: async (signal) => (await get(null, signal)).token,
    insteadOf: (refused, signal) => get(refused, signal),
  };
}

/**
 * Which credential a token came from, and whom it was asked of. The refresh token is no part of it: it changes with every renewal. The mark is
 * kept sealed, for it would let somebody try out secrets.
 */
export function markOf(credential: Credential, { audience }: Pick<TokenGrant, 'audience'>): string {
  const lasting = credential.type === 'oauth2_code' ? { ...credential, refreshToken: null } : credential;
  return createHash('sha256')
    .update(JSON.stringify([lasting, audience]))
    .digest('base64');
}

/** When a token is renewed though it is still good; null where it is used until it is refused. */
export function refreshAt({ obtainedAt, expiresAt }: Token): number | null {
  if (expiresAt === null) return null;
  return expiresAt - Math.min(MARGIN_MS, (expiresAt - obtainedAt) / 5);
}

function isFresh(token: Token, now: number): boolean {
  return now < (refreshAt(token) ?? Infinity);
}

function isOf(token: Token, refused: string | null): boolean {
  return token.accessToken !== refused;
}

/** Until there is a good token: takes what others kept, or the lease and asks; waits while others ask. */
async function renewOnce(
  options: TokenSourceOptions,
  mark: string,
  refused: string | null,
): Promise<TokenInstead> {
  const { of, store, way, onSecret } = options;
  const waitedUntil = Date.now() + LEASE_MS + TOKEN_TIMEOUT_MS;
  for (;;) {
    const lease = await store.claim(of, mark, LEASE_MS);
    if (lease !== undefined) return askUnder(options, { ...lease, mark }, refused);
    const found = await store.read(of, mark);
    const token = found?.token ?? null;
    if (token !== null && isOf(token, refused) && way.now() < (token.expiresAt ?? Infinity)) {
      onSecret(token.accessToken);
      return { token, asked: false };
    }
    if (Date.now() > waitedUntil) throw stillRenewing();
    await delay(LOOK_AGAIN_MS);
  }
}

async function askUnder(
  { of, grant, way, store, onSecret, onAsked, credential }: TokenSourceOptions,
  lease: MarkedLease,
  refused: string | null,
): Promise<TokenInstead> {
  const { token, refusal } = lease;
  const now = way.now();
  const leasedUntil = Date.now() + LEASE_MS;
  if (token !== null && isOf(token, refused) && isFresh(token, now)) {
    await store.release(of, lease, null);
    onSecret(token.accessToken);
    return { token, asked: false };
  }
  try {
    if (refusal !== null && now < refusal.retryAt) throw refusedFailure(refusal);
    const given = credential.type === 'oauth2_code' ? credential.refreshToken : null;
    const form = grant.form(lease.refreshToken ?? given, now);
    if (form === null) throw new TokenRefused(null);
    form.secrets.forEach(onSecret);
    const got = await askToken(way, grant.url, form).catch((error: unknown) => {
      onAsked?.(error instanceof TokenRefused ? 'refused' : 'failed');
      throw error;
    });
    onAsked?.('got');
    onSecret(got.accessToken);
    if (got.refreshToken !== null) onSecret(got.refreshToken);
    await keepWhile(store, of, lease, got, leasedUntil);
    return { token: got, asked: true };
  } catch (error) {
    const next = error instanceof TokenRefused ? nextRefusal(error, refusal, grant, now) : null;
    await store.release(of, lease, next);
    if (next !== null) throw refusedFailure(next);
    // What cannot be renewed for now is used to its end.
    const usable = token !== null && isOf(token, refused) && now < (token.expiresAt ?? Infinity);
    if (usable && isRemoteFailure(error)) return { token, asked: false };
    throw error;
  }
}

/**
 * Keeps what was got. A server that gave a new refresh token may take the one before no more, so that a database which is away
 * for a moment must not lose it: it is tried for as long as nobody else may ask. Overtaken, the token is good all the same, for
 * this piece of work.
 */
async function keepWhile(
  store: TokenStore,
  of: ConnectionRef,
  lease: MarkedLease,
  got: Parameters<TokenStore['keep']>[2],
  until: number,
): Promise<void> {
  for (let pauseMs = LOOK_AGAIN_MS; ; pauseMs *= 2) {
    try {
      await store.keep(of, lease, got);
      return;
    } catch (error) {
      if (got.refreshToken === null || Date.now() + pauseMs > until) throw error;
      await delay(pauseMs);
    }
  }
}

/** A refused credential is not tried again at once: servers lock those who do. */
function nextRefusal(
  { code }: TokenRefused,
  before: TokenRefusal | null,
  { byConsent }: TokenGrant,
  now: number,
): TokenRefusal {
  const count = (before?.count ?? 0) + 1;
  const waitMs = Math.min(REFUSED_AGAIN_MS * 2 ** (count - 1), REFUSED_AGAIN_MOST_MS);
  const consent = byConsent && (code === null || code === 'invalid_grant' || code === 'interaction_required');
  return { state: consent ? 'needs-consent' : 'refused', code, count, retryAt: now + waitMs };
}

function refusedFailure({ state, code }: TokenRefusal): RemoteFailure {
  const remote = code === null ? {} : { remote: { code } };
  return new RemoteFailure(
    state === 'needs-consent'
      ? remoteError('auth', 'The consent for this connection is missing or has ended; nothing was sent.', {
          scope: 'connection',
          fix: 'Connect it again: a person who may do so has to consent anew.',
          ...remote,
        })
      : remoteError('auth', 'The authorization server refused the credential; nothing was sent.', {
          scope: 'connection',
          fix: 'Enter a valid credential for this connection.',
          ...remote,
        }),
  );
}

function stillRenewing(): RemoteFailure {
  return new RemoteFailure(
    remoteError('transient', 'The token is still being renewed elsewhere; nothing was sent.', {
      scope: 'connection',
    }),
  );
}
