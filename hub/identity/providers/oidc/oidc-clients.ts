import { createRemoteJWKSet, customFetch as joseFetch, type JWTVerifyGetKey } from 'jose';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  type ClientAuth,
  type Configuration,
  type CustomFetch,
} from 'openid-client';
import { isHoldfastError } from '../../../../recorder-core/errors.ts';
import type { OidcConfig, OidcSecret } from '../provider-config.ts';
import { refusedSignIn } from '../refused-sign-in.ts';

/** A provider's published configuration is asked again after so long. */
const KEPT_MS = 10 * 60_000;
const MOST_KEPT = 200;

/** A provider that is ready to be asked. */
export interface OidcClient {
  readonly configuration: Configuration;
  /** Its published keys, for tokens that come by other ways than its token endpoint. */
  readonly keys: JWTVerifyGetKey;
}

/** Clients of this process; each is made by discovery and kept for ten minutes. */
export interface OidcClients {
  /**
   * The client of a provider. `version` tells configurations of the same provider apart.
   * @throws HoldfastError `forbidden` for a configuration that is none or of another issuer, `unavailable`.
   */
  of(
    provider: { readonly id: string; readonly version: number },
    config: OidcConfig,
    secret: OidcSecret | undefined,
    now: Date,
  ): Promise<OidcClient>;
}

/** Makes the store. */
export function createOidcClients(fetch: CustomFetch): OidcClients {
  const kept = new Map<string, { readonly client: Promise<OidcClient>; readonly until: number }>();
  return {
    async of({ id, version }, config, secret, now) {
      const key = `${id} ${version}`;
      const found = kept.get(key);
      if (found !== undefined && found.until > now.getTime()) return found.client;
      const client = discover(fetch, config, secret);
      kept.delete(key);
      kept.set(key, { client, until: now.getTime() + KEPT_MS });
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      client.catch(() => {
        if (kept.get(key)?.client === client) kept.delete(key);
      });
      return client;
    },
  };
}

async function discover(
  fetch: CustomFetch,
  config: OidcConfig,
  secret: OidcSecret | undefined,
): Promise<OidcClient> {
  const issuer = new URL(config.issuer);
  try {
    const configuration = await discovery(
      issuer,
      config.clientId,
      {
        id_token_signed_response_alg: config.algorithm,
        ...(secret === undefined ? {} : { client_secret: secret.clientSecret }),
        [clockTolerance]: config.clockSkewSeconds,
      },
      authenticationOf(config, secret),
      {
        [customFetch]: fetch,
        timeout: 15,
        // Plain HTTP reaches private addresses alone: the rules for egress see to it.
        execute: issuer.protocol === 'http:' ? [allowInsecureRequests] : [],
      },
    );
    // A token from the token endpoint is checked as strictly as one that came another way.
    enableNonRepudiationChecks(configuration);
    const { jwks_uri: jwks } = configuration.serverMetadata();
    if (jwks === undefined) throw new Error('no jwks_uri');
    return { configuration, keys: createRemoteJWKSet(new URL(jwks), { [joseFetch]: fetchKeys(fetch) }) };
  } catch (error) {
    if (isHoldfastError(error)) throw error;
    const inner = error instanceof Error ? error.cause : undefined;
    if (isHoldfastError(inner)) throw inner;
    throw refusedSignIn(
      'sign-in/oidc-discovery',
      'What the identity provider publishes of itself does not fit its configuration here. Nobody was signed in; ask an administrator.',
      error,
    );
  }
}

function authenticationOf({ clientAuthentication }: OidcConfig, secret: OidcSecret | undefined): ClientAuth {
  if (clientAuthentication === 'none' || secret === undefined) return None();
  return clientAuthentication === 'client_secret_post'
    ? ClientSecretPost(secret.clientSecret)
    : ClientSecretBasic(secret.clientSecret);
}

function fetchKeys(fetch: CustomFetch) {
  return (
    url: string,
    options: { readonly headers: Headers; readonly method: 'GET'; readonly signal: AbortSignal },
  ) =>
    fetch(url, {
      method: options.method,
      headers: Object.fromEntries(options.headers),
      body: undefined,
      redirect: 'manual',
      signal: options.signal,
    });
}
