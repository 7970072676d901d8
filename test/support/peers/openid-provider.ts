/**
 * An OpenID provider for tests, in their process: real keys and tokens over real HTTP, and every way to get an answer wrong.
 * It has no pages: `authorize` is the person who signs in. The certified one is `authorization-server.ts`.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { closeDouble } from './double-server.ts';

/** What the provider does wrong, or says of the person; read at each request. */
export interface OpenIdBehaviour {
  subject: string;
  /** Claims of the ID token; undefined removes one. */
  claims: Record<string, unknown>;
  /** Claims of the userinfo endpoint besides `sub`. */
  info: Record<string, unknown>;
  /** How the ID token is signed: `none`, `HS256` with the public key, or with a key that is not published. */
  signing: 'RS256' | 'none' | 'HS256' | 'unpublished';
  /** The `iss` of the answer in the browser; undefined leaves it out. */
  answerIssuer: string | undefined;
  userInfoSubject: string | undefined;
  metadata: Record<string, unknown>;
  /** Refuses to renew. */
  revoked: boolean;
}

/** The provider. */
export interface OpenIdProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  behaviour: OpenIdBehaviour;
  /** Requests at the token endpoint. */
  readonly tokenRequests: readonly URLSearchParams[];
  /** What the browser brings back after the person signed in by this authorization request. */
  authorize(address: string, code?: string): URLSearchParams;
  /** A logout token as the provider would post it. */
  logoutToken(
    claims: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, string>>,
  ): Promise<string>;
  idToken(claims: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

interface Keys {
  readonly privateKey: CryptoKey;
  readonly publicPem: string;
  readonly jwk: JWK;
  readonly stranger: CryptoKey;
}

/** Starts it on a port of its own. */
export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const stranger = (await generateKeyPair('RS256')).privateKey;
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const keys: Keys = { privateKey, publicPem: await exportSPKI(publicKey), jwk, stranger };
  const codes = new Map<string, URLSearchParams>();
  const tokenRequests: URLSearchParams[] = [];
  const server = createServer((request, response) => void route(request, response));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const provider: OpenIdProvider = {
    issuer,
    clientId: 'holdfast',
    clientSecret: 'client-secret-canary',
    behaviour: usualBehaviour(issuer),
    tokenRequests,
    authorize(asked, code = randomUUID()) {
      const query = new URL(asked).searchParams;
      codes.set(code, query);
      const { answerIssuer } = provider.behaviour;
      const answer = new URLSearchParams({ code, state: query.get('state') ?? '' });
      if (answerIssuer !== undefined) answer.set('iss', answerIssuer);
      return answer;
    },
    logoutToken: (claims, header = {}) =>
      new SignJWT({
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
        jti: randomUUID(),
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: 'one', typ: 'logout+jwt', ...header })
        .setIssuer(typeof claims['iss'] === 'string' ? claims['iss'] : issuer)
        .setAudience(typeof claims['aud'] === 'string' ? claims['aud'] : 'holdfast')
        .setIssuedAt(typeof claims['iat'] === 'number' ? claims['iat'] : undefined)
        .setExpirationTime('2m')
        .sign(keys.privateKey),
    idToken: (claims) => signIdToken(provider, keys, new URLSearchParams(), claims),
    close: () => closeDouble(server),
  };

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', issuer);
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (pathname === '/.well-known/openid-configuration') return void json(200, metadataOf(provider));
    if (pathname === '/jwks') return void json(200, { keys: [keys.jwk] });
    if (pathname === '/userinfo') {
      const { subject, claims, info, userInfoSubject } = provider.behaviour;
      return void json(200, { sub: userInfoSubject ?? claims['sub'] ?? subject, ...info });
    }
    if (pathname !== '/token') return void response.writeHead(404).end();
    const form = new URLSearchParams(await text(request));
    tokenRequests.push(form);
    const asked = takeGrant(provider, codes, form);
    if (asked === undefined) return void json(400, { error: 'invalid_grant' });
    json(200, {
      access_token: 'access-token-canary',
      token_type: 'Bearer',
      refresh_token: 'refresh-token-canary',
      id_token: await signIdToken(provider, keys, asked, {}),
    });
  }
  return provider;
}

function usualBehaviour(issuer: string): OpenIdBehaviour {
  return {
    subject: 'person-1',
    claims: {},
    info: {},
    signing: 'RS256',
    answerIssuer: issuer,
    userInfoSubject: undefined,
    metadata: {},
    revoked: false,
  };
}

function metadataOf({ issuer, behaviour }: OpenIdProvider) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    end_session_endpoint: `${issuer}/logout`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    id_token_signing_alg_values_supported: ['RS256'],
    authorization_response_iss_parameter_supported: true,
    ...behaviour.metadata,
  };
}

/** A code works once, and only with the verifier of its challenge (RFC 7636, section 4.6). */
function takeGrant(
  { behaviour }: OpenIdProvider,
  codes: Map<string, URLSearchParams>,
  form: URLSearchParams,
): URLSearchParams | undefined {
  if (form.get('grant_type') === 'refresh_token')
    return behaviour.revoked || form.get('refresh_token') !== 'refresh-token-canary'
      ? undefined
      : new URLSearchParams();
  const asked = codes.get(form.get('code') ?? '');
  codes.delete(form.get('code') ?? '');
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  return asked?.get('code_challenge') === challenge ? asked : undefined;
}

async function signIdToken(
  { issuer, behaviour }: OpenIdProvider,
  keys: Keys,
  asked: URLSearchParams,
  more: Readonly<Record<string, unknown>>,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const said: Record<string, unknown> = {
    iss: issuer,
    aud: 'holdfast',
    sub: behaviour.subject,
    iat: now,
    exp: now + 300,
    auth_time: now,
    sid: 'provider-session-1',
    ...(asked.has('nonce') && { nonce: asked.get('nonce') }),
    ...behaviour.claims,
    ...more,
  };
  const claims = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  if (behaviour.signing === 'none') {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none' })}.${part(claims)}.`;
  }
  if (behaviour.signing === 'HS256')
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(keys.publicPem));
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .sign(behaviour.signing === 'unpublished' ? keys.stranger : keys.privateKey);
}
