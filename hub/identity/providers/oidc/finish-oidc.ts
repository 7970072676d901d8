import {
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  ResponseBodyError,
  type Configuration,
} from 'openid-client';
import { isHoldfastError } from '../../../../recorder-core/errors.ts';
import type { OidcConfig } from '../provider-config.ts';
import type { ProvenPerson } from '../proven-person.ts';
import { flattenClaims } from '../received-attributes.ts';
import { refusedSignIn } from '../refused-sign-in.ts';

/** What the browser does not see and the callback needs. */
export interface OidcAttemptSecret {
  readonly verifier: string;
  readonly nonce: string;
}

/**
 * The address of an authorization request: code flow with PKCE (RFC 7636), state and nonce. A fresh proof is asked for by
 * `prompt=login`, `max_age=0` and the classes that count (OpenID Connect Core 1.0, section 3.1.2.1).
 */
export async function startOidc(
  configuration: Configuration,
  config: OidcConfig,
  asked: { readonly state: string; readonly redirectUri: string; readonly fresh: boolean },
): Promise<{ readonly url: string; readonly secret: OidcAttemptSecret }> {
  const secret = { verifier: randomPKCECodeVerifier(), nonce: randomNonce() };
  const url = buildAuthorizationUrl(configuration, {
    redirect_uri: asked.redirectUri,
    scope: config.scopes.join(' '),
    state: asked.state,
    nonce: secret.nonce,
    code_challenge: await calculatePKCECodeChallenge(secret.verifier),
    code_challenge_method: 'S256',
    ...(asked.fresh && { prompt: 'login', max_age: '0' }),
    ...(asked.fresh && config.stepUpAcr.length > 0 && { acr_values: config.stepUpAcr.join(' ') }),
  });
  return { url: url.href, secret };
}

/**
 * Exchanges the code and checks all that the provider says: issuer of the answer (RFC 9207), state, signature, issuer,
 * audience, times and nonce of the ID token, and that userinfo is about the same subject.
 * @throws HoldfastError `forbidden` with the rule, `unavailable` while the provider does not answer.
 */
export async function finishOidc(
  configuration: Configuration,
  config: OidcConfig,
  secret: OidcAttemptSecret,
  answer: { readonly url: URL; readonly state: string },
): Promise<ProvenPerson> {
  try {
    const tokens = await authorizationCodeGrant(configuration, answer.url, {
      expectedState: answer.state,
      expectedNonce: secret.nonce,
      pkceCodeVerifier: secret.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw refusedSignIn('sign-in/oidc-no-id-token', NOTHING_PROVED);
    const info =
      config.userInfo && configuration.serverMetadata().userinfo_endpoint !== undefined
        ? await fetchUserInfo(configuration, tokens.access_token, claims.sub)
        : {};
    // What is signed counts more than what is not.
    const all: Record<string, unknown> = { ...info, ...claims };
    return {
      subject: claims.sub,
      attributes: flattenClaims(all),
      mailUnproved: all['email_verified'] === false || all['email_verified'] === 'false',
      authAt: typeof claims.auth_time === 'number' ? new Date(claims.auth_time * 1000) : null,
      acr: typeof claims['acr'] === 'string' ? claims['acr'].slice(0, 300) : null,
      amr: Array.isArray(claims['amr']) ? claims['amr'].filter((each) => typeof each === 'string') : [],
      providerSid: typeof claims['sid'] === 'string' ? claims['sid'] : null,
      tokens: { idToken: tokens.id_token, refreshToken: tokens.refresh_token },
    };
  } catch (error) {
    throw asRefusal(error);
  }
}

const NOTHING_PROVED =
  'The answer of the identity provider does not prove who you are. Nobody was signed in; begin again.';

/** What the client library refused, as a rule of ours: the claim or the part that was at fault. */
export function asRefusal(error: unknown): Error {
  if (isHoldfastError(error)) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  if (isHoldfastError(cause)) return cause;
  if (error instanceof AuthorizationResponseError)
    return refusedSignIn(
      'sign-in/oidc-refused-there',
      'The identity provider did not sign you in. Begin again, or ask an administrator.',
      error,
    );
  if (error instanceof ResponseBodyError)
    return refusedSignIn(
      'sign-in/oidc-code',
      'The identity provider did not take its own code: it was used before, or took too long. Begin again.',
      error,
    );
  return refusedSignIn(`sign-in/oidc-${faultOf(error, cause)}`, NOTHING_PROVED, error);
}

function faultOf(error: unknown, cause: unknown): string {
  const claim: unknown =
    typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'claim') : undefined;
  if (typeof claim === 'string' && /^[a-z_]{2,20}$/.test(claim)) return claim.replaceAll('_', '-');
  const message =
    error instanceof Error ? `${error.message} ${cause instanceof Error ? cause.message : ''}` : '';
  for (const [pattern, fault] of FAULTS) if (pattern.test(message)) return fault;
  return 'answer';
}

const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/"iss"|issuer/i, 'iss'],
  [/"state"/i, 'state'],
  [/"nonce"/i, 'nonce'],
  [/"alg"|algorithm/i, 'alg'],
  [/signature/i, 'signature'],
  [/"aud"/i, 'aud'],
  [/"azp"/i, 'azp'],
  [/"exp"|timestamp|"iat"|"nbf"/i, 'time'],
  [/"sub"/i, 'sub'],
];
