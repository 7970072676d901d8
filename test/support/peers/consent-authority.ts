/**
 * The certified `oidc-provider` in the place of a system's own authorization server, at that system's address: a page on which
 * a person allows or refuses, codes with PKCE, refresh tokens, an end of the consent. One for each vendor that asks people.
 */
import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import Provider from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';

/** Whom tokens are given to, and for whom they speak. */
export interface ConsentOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  /** Name of the user who consents. */
  readonly user: string;
}

/** An authorization server without a port of its own. */
export interface ConsentAuthority {
  /** Whether a path is its own. */
  owns(path: string): boolean;
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** For whom a token speaks; undefined for one that is not good. */
  userOf(token: string): Promise<string | undefined>;
  /** Kinds of grants that were asked for at the token endpoint, in their order. */
  readonly asked: readonly string[];
  /** Tokens that were given so far are refused; refresh tokens stay good. */
  endTokens(): void;
  /** The person takes the consent back over there. */
  revoke(): Promise<void>;
}

/** What differs from vendor to vendor. */
interface Dialect {
  readonly authorize: string;
  readonly token: string;
  readonly scopes: readonly string[];
  /** Whether a renewal gives another refresh token, and the one before ends. */
  readonly rotates: boolean;
}

/** Both give a refresh token with every code. */
const DIALECTS = {
  servicenow: {
    authorize: '/oauth_auth.do',
    token: '/oauth_token.do',
    scopes: ['useraccount'],
    rotates: true,
  },
  salesforce: {
    authorize: '/services/oauth2/authorize',
    token: '/services/oauth2/token',
    scopes: ['api', 'refresh_token'],
    rotates: false,
  },
} as const satisfies Record<string, Dialect>;

/** What is kept lives as long as the process, which is meant here. */
class TestAdapter extends MemoryAdapter {}

/** Makes one for a system at `origin`. */
export function consentAuthority(
  origin: string,
  options: ConsentOptions,
  vendor: keyof typeof DIALECTS = 'servicenow',
): ConsentAuthority {
  const dialect = DIALECTS[vendor];
  const provider = makeProvider(origin, options, dialect);
  const callback = provider.callback();
  const asked: string[] = [];
  const grants: string[] = [];
  const ended = new Set<string>();
  const given = new Set<string>();
  provider.on('grant.success', (context) => {
    asked.push((context as { oidc: { params: { grant_type: string } } }).oidc.params.grant_type);
  });
  return {
    asked,
    owns: (path) =>
      [dialect.authorize, dialect.token].some((one) => path === one || path.startsWith(`${one}/`)) ||
      path.startsWith(PAGE),
    async serve(request, response) {
      const { pathname } = new URL(request.url ?? '/', origin);
      if (pathname.startsWith(PAGE)) return consent(provider, options, grants, request, response);
      callback(request, response);
    },
    async userOf(token) {
      const found = await provider.AccessToken.find(token);
      given.add(token);
      return found?.isValid === true && !ended.has(token) ? options.user : undefined;
    },
    endTokens() {
      for (const token of given) ended.add(token);
    },
    async revoke() {
      for (const grant of grants.splice(0)) {
        await provider.AccessToken.revokeByGrantId(grant);
        await provider.RefreshToken.revokeByGrantId(grant);
      }
    },
  };
}

const PAGE = '/interaction/';

/** The person is signed in over there already; asked for a consent, they see a page with two buttons. */
async function consent(
  provider: Provider,
  { user }: ConsentOptions,
  grants: string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login')
    return provider.interactionFinished(request, response, { login: { accountId: user } });
  if (request.method !== 'POST') {
    response.setHeader('content-type', 'text/html;charset=UTF-8');
    response.end(
      `<!doctype html><html lang="en"><title>Sign in</title><h1>Allow ${params.client_id} to act for ${user}?</h1>
       <form method="post"><button name="answer" value="allow">Allow</button>
       <button name="answer" value="deny">Deny</button></form></html>`,
    );
    return;
  }
  if (new URLSearchParams(await text(request)).get('answer') !== 'allow')
    return provider.interactionFinished(request, response, { error: 'access_denied' });
  const grant = new provider.Grant({ accountId: user, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const grantId = await grant.save();
  grants.push(grantId);
  return provider.interactionFinished(request, response, { consent: { grantId } });
}

function makeProvider(
  origin: string,
  { clientId, clientSecret, redirectUri }: ConsentOptions,
  { authorize, token, scopes, rotates }: Dialect,
): Provider {
  return new Provider(origin, {
    adapter: TestAdapter,
    routes: { authorization: authorize, token },
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [redirectUri],
        response_types: ['code'],
      },
    ],
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    scopes,
    issueRefreshToken: () => true,
    rotateRefreshToken: rotates,
    ttl: { AccessToken: 1800, Grant: 86_400, Interaction: 600, Session: 600, RefreshToken: 86_400 },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    cookies: { keys: ['cookie-key-of-a-test'] },
    jwks: {
      keys: [generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })],
    },
  });
}
