import { z } from 'zod';
import { bodyText, type HttpResponse } from '../../../connectors/kit/http.ts';
import { remoteError, RemoteFailure } from '../../../connectors/kit/remote-error.ts';
import { parseRetryAfter } from '../../../connectors/kit/retry-after.ts';
import type { EgressAgents } from './egress-agents.ts';
import { checkUrl, type EgressPolicy } from './egress.ts';
import { exchange, ExchangeFailure } from './exchange.ts';
import type { TokenForm } from './token-grant.ts';
import type { Token } from './token-store.ts';

/** The way to the authorization server: the connection's own allow-list and agents. */
export interface TokenWay {
  readonly origins: ReadonlySet<string>;
  readonly egress: EgressPolicy;
  readonly agents: EgressAgents;
  readonly now: () => number;
}

/** Shorter than any lease, so that a token request is over before somebody else may begin one. */
export const TOKEN_TIMEOUT_MS = 15_000;

/**
 * RFC 6749, section 5.1. A server that gives no lifetime, or none that can be read, is believed until it refuses the token; one
 * that gives no refresh token says so by leaving it out, by null or by nothing in it.
 */
const answerSchema = z.object({
  access_token: z.string().min(1).max(16_384),
  token_type: z.string().max(64).optional(),
  expires_in: z.coerce
    .number()
    .positive()
    .max(366 * 86_400)
    .optional()
    .catch(undefined),
  refresh_token: z.string().max(16_384).nullish(),
});

/** The server's refusal of the credential or the grant itself; `code` is its machine-readable word. */
export class TokenRefused extends Error {
  readonly code: string | null;
  constructor(code: string | null) {
    super('the authorization server refused');
    this.name = 'TokenRefused';
    this.code = code;
  }
}

/**
 * Asks for one token, once. Throws TokenRefused where the server refuses credential or grant, and RemoteFailure
 * (`transient`, `throttled`, `config`) for all that may pass or is no token endpoint. No error quotes an answer.
 */
export async function askToken(
  way: TokenWay,
  url: URL,
  form: TokenForm,
): Promise<Token & { readonly refreshToken: string | null }> {
  checkUrl(url, way.origins, way.egress);
  const response = await send(way, url, form);
  const parsed = answerSchema.safeParse(jsonOf(response));
  if (response.status !== 200 || !parsed.success) throw refusalOf(response, way.now());
  const { access_token, expires_in, refresh_token } = parsed.data;
  const obtainedAt = way.now();
  return {
    accessToken: access_token,
    obtainedAt,
    expiresAt: expires_in === undefined ? null : obtainedAt + expires_in * 1000,
    refreshToken: refresh_token === '' ? null : (refresh_token ?? null),
  };
}

async function send(way: TokenWay, url: URL, { headers, body }: TokenForm): Promise<HttpResponse> {
  const bytes = Buffer.from(body);
  try {
    return await exchange({
      method: 'POST',
      url,
      headers: {
        ...headers,
        accept: 'application/json',
        'accept-encoding': 'identity',
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(bytes.byteLength),
      },
      body: bytes,
      timeoutMs: TOKEN_TIMEOUT_MS,
      maxResponseBytes: 256 * 1024,
      signal: new AbortController().signal,
      agent: way.agents.for(url),
    });
  } catch (error) {
    if (!(error instanceof ExchangeFailure)) throw error;
    if (error.cause instanceof RemoteFailure) throw error.cause;
    throw new RemoteFailure(
      remoteError('transient', 'The authorization server could not be reached; nothing was sent.', {
        scope: 'connection',
      }),
    );
  }
}

function jsonOf(response: HttpResponse): unknown {
  try {
    return JSON.parse(bodyText(response)) as unknown;
  } catch {
    return undefined;
  }
}

/** RFC 6749, section 5.2: 400 with a word, or 401 for the client; all else says nothing about the credential. */
function refusalOf(response: HttpResponse, nowMs: number): Error {
  const { status } = response;
  const word = z.object({ error: z.string().regex(/^[a-z0-9_.-]{1,64}$/i) }).safeParse(jsonOf(response));
  const code = word.success ? word.data.error : undefined;
  if (status === 401 || status === 403 || (status === 400 && code !== undefined))
    return new TokenRefused(code ?? null);
  const afterMs = parseRetryAfter(response.headers['retry-after'], nowMs);
  const remote = { status, ...(code === undefined ? {} : { code }) };
  const more = { scope: 'connection', remote, ...(afterMs === undefined ? {} : { afterMs }) } as const;
  if (status === 429)
    return new RemoteFailure(remoteError('throttled', 'The authorization server asks to slow down.', more));
  if (status >= 500 || status === 408)
    return new RemoteFailure(
      remoteError('transient', 'The authorization server is unavailable for now.', more),
    );
  return new RemoteFailure(
    remoteError('config', 'What answers at the address for tokens gives none.', {
      ...more,
      fix: 'Check the address of the authorization server in the configuration.',
    }),
  );
}
