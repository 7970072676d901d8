/**
 * The certified `oidc-provider` on loopback, with the grant of RFC 7523 and a person who always consents, and behind it
 * a resource that takes only tokens which it gave. One process, one port.
 */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { decodeJwt, jwtVerify } from 'jose';
import Provider, { errors } from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';
import { closeDouble } from './double-server.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** A client of each kind, as the server knows it. */
export const SERVER_CLIENTS = {
  /** With a space and a colon: RFC 6749 wants them encoded in the header. */
  machine: { clientId: 'machine:one', clientSecret: 'machine secret canary/+%' },
  /** Its assertions are signed with the key of the server that was started. */
  signer: { clientId: 'signer', subject: 'integration@tenant.example' },
  person: { clientId: 'person', clientSecret: 'person-secret-canary' },
} as const;

/** What a test sees and does. */
export interface AuthorizationServer {
  readonly url: string;
  /** Private key of the client `signer`, PEM. */
  readonly signerKey: string;
  /** Requests at the token endpoint, whatever was answered. */
  readonly tokenRequests: () => readonly string[];
  /** Requests that the resource `/resource` took, by the token each came with. */
  readonly taken: () => readonly string[];
  /** Every token that the resource has taken so far is refused from now on. */
  expireTokens(): void;
  /** The next requests at the token endpoint are answered by the test. */
  answerTokens(answer: ((response: ServerResponse) => void) | undefined): void;
  close(): Promise<void>;
}

/** Starts it; `redirectUri` is where the person's consent is sent to. */
export async function startAuthorizationServer(
  more: { readonly redirectUri?: string; readonly accessTokenSeconds?: number } = {},
): Promise<AuthorizationServer> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const state: State = { asked: [], taken: [], given: new Set(), refused: new Set(), answer: undefined };
  const server = createServer((request, response) => void route(request, response));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const provider = makeProvider(url, createPublicKey(pem), more);
  const callback = provider.callback();

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', url);
    if (pathname === '/resource') return resource(provider, state, request, response);
    if (pathname.startsWith('/interaction/')) return consent(provider, request, response);
    if (pathname !== '/token') return callback(request, response);
    const form = new URLSearchParams(await text(request));
    state.asked.push(form.get('grant_type') ?? '');
    if (state.answer !== undefined) return state.answer(response);
    // RFC 7523, section 2.1: the client may leave out who it is, for the assertion says so.
    if (form.get('grant_type') === JWT_BEARER && !form.has('client_id'))
      form.set('client_id', decodeJwt(form.get('assertion') ?? '').iss ?? '');
    return callback(again(request, form.toString()), response);
  }

  return {
    url,
    signerKey: pem,
    tokenRequests: () => state.asked,
    taken: () => state.taken,
    expireTokens() {
      state.refused = new Set(state.given);
    },
    answerTokens(answer) {
      state.answer = answer;
    },
    close: () => closeDouble(server),
  };
}

interface State {
  readonly asked: string[];
  readonly taken: string[];
  /** Tokens that came to the resource and were good. */
  readonly given: Set<string>;
  refused: Set<string>;
  answer: ((response: ServerResponse) => void) | undefined;
}

/** What is kept lives as long as the process, which is meant here. */
class TestAdapter extends MemoryAdapter {}

function makeProvider(
  url: string,
  signer: ReturnType<typeof createPublicKey>,
  {
    redirectUri,
    accessTokenSeconds,
  }: { readonly redirectUri?: string; readonly accessTokenSeconds?: number },
): Provider {
  const { machine, signer: signs, person } = SERVER_CLIENTS;
  const noCode = { redirect_uris: [], response_types: [] };
  const seconds = accessTokenSeconds ?? 3600;
  const provider = new Provider(url, {
    adapter: TestAdapter,
    clients: [
      {
        client_id: machine.clientId,
        client_secret: machine.clientSecret,
        grant_types: ['client_credentials'],
        ...noCode,
      },
      { client_id: signs.clientId, grant_types: [JWT_BEARER], token_endpoint_auth_method: 'none', ...noCode },
      {
        client_id: person.clientId,
        client_secret: person.clientSecret,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [redirectUri ?? `${url}/nowhere`],
        response_types: ['code'],
      },
    ],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access', 'calls'],
    ttl: {
      IdToken: seconds,
      AccessToken: seconds,
      ClientCredentials: seconds,
      Grant: 86_400,
      Interaction: 600,
      Session: 600,
      RefreshToken: 86_400,
    },
    // Each renewal gives another refresh token; one that is used twice ends the whole grant.
    rotateRefreshToken: true,
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    cookies: { keys: ['cookie-key-of-a-test'] },
    jwks: {
      keys: [generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })],
    },
  });
  registerJwtBearer(provider, url, signer);
  return provider;
}

/** RFC 7523 as Salesforce has it: RS256, three minutes at most, each assertion once. */
function registerJwtBearer(
  provider: Provider,
  url: string,
  signer: ReturnType<typeof createPublicKey>,
): void {
  const seen = new Set<string>();
  provider.registerGrantType(
    JWT_BEARER,
    async (context) => {
      const { clientId } = context.oidc.client;
      const { payload } = await jwtVerify(context.oidc.params['assertion'] ?? '', signer, {
        audience: url,
        issuer: clientId,
        subject: SERVER_CLIENTS.signer.subject,
        algorithms: ['RS256'],
        requiredClaims: ['exp', 'jti'],
      }).catch(() => {
        throw new errors.InvalidGrant('the assertion is not good');
      });
      const lastsSeconds = (payload.exp ?? Infinity) - Date.now() / 1000;
      if (lastsSeconds > 180 || seen.has(payload.jti ?? ''))
        throw new errors.InvalidGrant('too long, or used before');
      seen.add(payload.jti ?? '');
      const token = new provider.AccessToken({
        client: context.oidc.client,
        accountId: payload.sub,
        gty: 'jwt-bearer',
      });
      context.body = { access_token: await token.save(), token_type: 'Bearer' };
    },
    ['assertion'],
  );
}

/** The person who is asked logs in and consents at once. */
async function consent(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login')
    return provider.interactionFinished(request, response, { login: { accountId: 'ana' } });
  const grant = new provider.Grant({ accountId: 'ana', clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

async function resource(
  provider: Provider,
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const token = (request.headers.authorization ?? '').replace('Bearer ', '');
  const found = (await provider.AccessToken.find(token)) ?? (await provider.ClientCredentials.find(token));
  if (found?.isValid !== true || state.refused.has(token)) return void response.writeHead(401).end();
  state.given.add(token);
  state.taken.push(token);
  response.end('taken');
}

/** The request with another body, not yet read. */
function again(request: IncomingMessage, body: string): IncomingMessage {
  const { method, url, httpVersion, socket } = request;
  const headers = { ...request.headers, 'content-length': String(Buffer.byteLength(body)) };
  return Object.assign(Readable.from([Buffer.from(body)]), {
    method,
    url,
    httpVersion,
    socket,
    headers,
  }) as unknown as IncomingMessage;
}
