import { createHash } from 'node:crypto';
import { jwtVerify } from 'jose';
import { isHoldfastError } from '../../../../recorder-core/errors.ts';
import type { OidcConfig } from '../provider-config.ts';
import { refusedSignIn } from '../refused-sign-in.ts';
import type { OidcClient } from './oidc-clients.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** How old a logout token may be, whatever it says itself. */
const MOST_AGE_SECONDS = 300;

/** Whom a provider wants to be signed out. */
export interface WantedLogout {
  readonly subject: string | null;
  readonly sid: string | null;
  /** For taking the token once, and until when it must be remembered. */
  readonly digest: Buffer;
  readonly keepUntil: Date;
}

/**
 * Checks a logout token as OpenID Connect Back-Channel Logout 1.0, section 2.6, wants it. The caller sees to it that each
 * counts once.
 * @throws HoldfastError `forbidden` with the rule, `unavailable` while the provider's keys cannot be had.
 */
export async function readLogoutToken(
  { configuration, keys }: OidcClient,
  config: OidcConfig,
  token: string,
  now: Date,
): Promise<WantedLogout> {
  const { payload } = await jwtVerify(token, keys, {
    issuer: configuration.serverMetadata().issuer,
    audience: config.clientId,
    algorithms: [config.algorithm],
    clockTolerance: config.clockSkewSeconds,
    currentDate: now,
    maxTokenAge: MOST_AGE_SECONDS,
    requiredClaims: ['iat', 'jti', 'events'],
  }).catch((error: unknown) => {
    if (isHoldfastError(error)) throw error;
    throw refusedSignIn(
      'sign-in/logout-token',
      'The logout token is not good; nobody was signed out.',
      error,
    );
  });
  const { events, jti, sub, sid } = payload as Readonly<Record<string, unknown>>;
  const event: unknown =
    typeof events === 'object' && events !== null ? Reflect.get(events, EVENT) : undefined;
  if (typeof event !== 'object' || event === null)
    throw refusedSignIn('sign-in/logout-events', 'The token is no logout token; nobody was signed out.');
  if ('nonce' in payload)
    throw refusedSignIn('sign-in/logout-nonce', 'An ID token is no logout token; nobody was signed out.');
  const subject = typeof sub === 'string' ? sub : null;
  const session = typeof sid === 'string' ? sid : null;
  if ((subject === null && session === null) || typeof jti !== 'string')
    throw refusedSignIn('sign-in/logout-nobody', 'The logout token names nobody; nobody was signed out.');
  return {
    subject,
    sid: session,
    digest: createHash('sha256').update(`logout ${jti}`).digest(),
    keepUntil: new Date(now.getTime() + (MOST_AGE_SECONDS + 2 * config.clockSkewSeconds) * 1000),
  };
}
