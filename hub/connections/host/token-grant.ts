/** What is asked of an authorization server, by the kind of the credential. */
import { createPrivateKey, randomUUID, sign, type KeyObject } from 'node:crypto';
import type { AuthMethod, Credential, TokenEndpoint } from '../../../connectors/kit/auth.ts';
import { remoteError, RemoteFailure } from '../../../connectors/kit/remote-error.ts';

/** One request for a token, ready to be sent. */
export interface TokenForm {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Texts in it that must never be seen. */
  readonly secrets: readonly string[];
}

/** How a credential becomes a token. */
export interface TokenGrant {
  /** The address of the token endpoint. */
  readonly url: URL;
  /** Whom the token is asked of, and for what. */
  readonly audience: string;
  /** True where a person consents and the grant is kept alive by refresh tokens. */
  readonly byConsent: boolean;
  /** Builds the request; null where a person has to consent first. `refreshToken`: the newest that is known. */
  readonly form: (refreshToken: string | null, nowMs: number) => TokenForm | null;
}

/** RFC 7523 leaves the life of an assertion open; Salesforce takes three minutes at most, and clocks differ. */
const ASSERTION_SECONDS = 150;

/**
 * The grant of a credential; undefined for kinds that give no tokens. Throws RemoteFailure `config` for an address or an
 * audience that the configuration does not have, and `auth` for a key that is none.
 */
export function tokenGrant(method: AuthMethod, given: Credential, config: unknown): TokenGrant | undefined {
  if (method.type === 'oauth2_client_credentials' && given.type === method.type) {
    const { token, scope, clientSecretIn } = method;
    const asked = { grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) };
    const form = (): TokenForm => authenticated(asked, given, clientSecretIn);
    return { ...endpointOf(token, config, scope), byConsent: false, form };
  }
  if (method.type === 'oauth2_jwt_bearer' && given.type === method.type) {
    const aud = configured(config, method.audience.fromConfig);
    const key = privateKeyOf(given.privateKey);
    const form = (_none: string | null, nowMs: number): TokenForm =>
      assertionForm(key, { iss: given.clientId, sub: given.subject, aud }, nowMs);
    return { ...endpointOf(method.token, config, aud), byConsent: false, form };
  }
  if (method.type === 'oauth2_code' && given.type === method.type) {
    const form = (refreshToken: string | null): TokenForm | null =>
      refreshToken === null
        ? null
        : authenticated(
            { grant_type: 'refresh_token', refresh_token: refreshToken },
            given,
            method.clientSecretIn,
          );
    return { ...endpointOf(method.token, config, method.scope), byConsent: true, form };
  }
  return undefined;
}

function endpointOf(token: TokenEndpoint, config: unknown, more = ''): Pick<TokenGrant, 'url' | 'audience'> {
  const url = endpointUrl(token, config);
  return { url, audience: `${url.href} ${more}` };
}

function assertionForm(
  key: KeyObject,
  about: { readonly iss: string; readonly sub: string; readonly aud: string },
  nowMs: number,
): TokenForm {
  const iat = Math.floor(nowMs / 1000);
  const assertion = signAssertion(key, { ...about, iat, exp: iat + ASSERTION_SECONDS, jti: randomUUID() });
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  return { headers: {}, body: new URLSearchParams(form).toString(), secrets: [assertion] };
}

/** An address at the origin of a configured one. */
export function endpointUrl({ fromConfig, path }: TokenEndpoint, config: unknown): URL {
  const base = configured(config, fromConfig);
  if (URL.canParse(path, base)) return new URL(path, new URL(base).origin);
  throw misconfigured(fromConfig);
}

/** A form with the client's own authentication: RFC 6749, section 2.3.1. A client without a secret names itself. */
export function authenticated(
  form: Readonly<Record<string, string>>,
  client: { readonly clientId: string; readonly clientSecret: string | null },
  secretIn: 'header' | 'body' = 'header',
): TokenForm {
  const { clientId, clientSecret } = client;
  const asked = form['refresh_token'] === undefined ? [] : [form['refresh_token']];
  if (clientSecret === null || secretIn === 'body') {
    const own = clientSecret === null ? {} : { client_secret: clientSecret };
    const body = new URLSearchParams({ ...form, client_id: clientId, ...own }).toString();
    return { headers: {}, body, secrets: clientSecret === null ? asked : [...asked, clientSecret] };
  }
  const pair = Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64');
  return {
    headers: { authorization: `Basic ${pair}` },
    body: new URLSearchParams(form).toString(),
    secrets: [...asked, clientSecret, pair],
  };
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

/** RS256, RFC 7515: the one algorithm that every server of this grant takes. */
function signAssertion(key: KeyObject, claims: Readonly<Record<string, string | number>>): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}

function privateKeyOf(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // What Node says may quote the key.
  }
  throw new RemoteFailure(
    remoteError('auth', 'The private key of the credential is no RSA key in PEM.', {
      scope: 'connection',
      fix: 'Enter the private key as an unencrypted PEM file has it.',
    }),
  );
}

function configured(config: unknown, property: string): string {
  const value: unknown =
    typeof config === 'object' && config !== null ? Reflect.get(config, property) : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw misconfigured(property);
}

function misconfigured(property: string): RemoteFailure {
  return new RemoteFailure(
    remoteError('config', `The configuration's "${property}" holds no address to get a token from.`, {
      scope: 'connection',
      fix: 'Enter a complete URL.',
    }),
  );
}
