import { SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Http, HttpRequest, HttpResponse } from '../../../connectors/kit/http.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../../../connectors/kit/remote-error.ts';
import { parseRetryAfter } from '../../../connectors/kit/retry-after.ts';
import { checkUrl, type EgressPolicy } from './egress.ts';
import { exchange, ExchangeFailure, type ExchangeFault } from './exchange.ts';
import type { EgressAgents } from './egress-agents.ts';
import type { RateBudget } from './rate-budget.ts';

/** Everything one connection's HTTP rests on. */
export interface ConnectionHttpOptions {
  readonly connectorId: string;
  readonly connectionId: string;
  readonly origins: ReadonlySet<string>;
  readonly egress: EgressPolicy;
  readonly agents: EgressAgents;
  readonly authHeaders: Readonly<Record<string, string>>;
  readonly budget: RateBudget;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
  /** Upper limit for any exchange. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
}

/** The network as one connector sees it; see `Http` for what it promises and throws. */
export function createConnectionHttp(options: ConnectionHttpOptions): Http {
  return { request: (request) => traced(options, request, (span) => perform(options, request, span)) };
}

async function perform(
  options: ConnectionHttpOptions,
  request: HttpRequest,
  span: Span,
): Promise<HttpResponse> {
  const effect = effectOf(request);
  if (options.dryRun && effect === 'write') {
    throw new HoldfastError(
      'internal',
      `The connector "${options.connectorId}" tried to write during a dry run; nothing was sent. This is a fault of the connector.`,
    );
  }
  const url = new URL(request.url);
  checkUrl(url, options.origins, options.egress);
  await takeBudget(options);
  const response = await send(options, request, url, effect);
  span.setAttribute('http.response.status_code', response.status);
  honourRetryAfter(options, response);
  if (response.status >= 300 && response.status < 400 && response.status !== 304)
    throw redirected(response.status);
  return response;
}

async function takeBudget(options: ConnectionHttpOptions): Promise<void> {
  try {
    await options.budget.take(options.signal);
  } catch (error) {
    throw isRemoteFailure(error) ? error : failureOf('aborted', false, 'read', error);
  }
}

async function send(
  options: ConnectionHttpOptions,
  request: HttpRequest,
  url: URL,
  effect: 'read' | 'write',
): Promise<HttpResponse> {
  const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
  try {
    return await exchange({
      method: request.method,
      url,
      headers: requestHeaders(options, request, body),
      body,
      timeoutMs: Math.min(request.timeoutMs ?? options.timeoutMs, options.timeoutMs),
      maxResponseBytes: options.maxResponseBytes,
      signal: options.signal,
      agent: options.agents.for(url),
    });
  } catch (error) {
    if (!(error instanceof ExchangeFailure)) throw error;
    if (error.fault === 'refused' && isRemoteFailure(error.cause)) throw error.cause;
    throw failureOf(error.fault, error.sent, effect, error);
  }
}

function requestHeaders(
  options: ConnectionHttpOptions,
  request: HttpRequest,
  body: Uint8Array | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  // Ours come last: neither credential nor framing is the connector's to set.
  delete headers['host'];
  delete headers['transfer-encoding'];
  return {
    ...headers,
    'accept-encoding': 'identity',
    ...(body === undefined ? {} : { 'content-length': String(body.byteLength) }),
    ...options.authHeaders,
  };
}

const TITLES: Record<ExchangeFault, string> = {
  connect: 'The remote system could not be reached.',
  cut: 'The connection to the remote system was cut before the whole answer came.',
  timeout: 'The remote system did not answer in full in time.',
  too_large: 'The answer of the remote system is larger than allowed.',
  aborted: 'The work was stopped.',
  refused: 'The address was refused.',
};

function failureOf(
  fault: ExchangeFault,
  sent: boolean,
  effect: 'read' | 'write',
  cause: unknown,
): RemoteFailure {
  const unknown = sent && effect === 'write';
  const errorClass = unknown ? 'unknown_outcome' : 'transient';
  return new RemoteFailure(remoteError(errorClass, TITLES[fault], { scope: 'connection' }), { cause });
}

function redirected(status: number): RemoteFailure {
  return new RemoteFailure(
    remoteError('config', 'The remote system redirects elsewhere; redirects are not followed.', {
      scope: 'connection',
      fix: 'Enter the final address in the configuration.',
      remote: { status },
    }),
  );
}

function honourRetryAfter(options: ConnectionHttpOptions, response: HttpResponse): void {
  if (response.status !== 429 && response.status !== 503) return;
  const afterMs = parseRetryAfter(response.headers['retry-after'], options.now());
  if (afterMs !== undefined) options.budget.pause(afterMs);
}

function effectOf(request: HttpRequest): 'read' | 'write' {
  return request.effect ?? (request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'write');
}

/** One span per request. It names the peer and the outcome, never the path, which may name a person. */
async function traced<T>(
  options: ConnectionHttpOptions,
  request: HttpRequest,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const server = URL.canParse(request.url) ? new URL(request.url).hostname : 'invalid';
  const attributes = {
    'http.request.method': request.method,
    'server.address': server,
    'holdfast.connector.id': options.connectorId,
    'holdfast.connection.id': options.connectionId,
  };
  const tracer = trace.getTracer('holdfast.connections');
  const name = `connector ${request.method}`;
  return tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setAttribute('error.type', isRemoteFailure(error) ? error.remoteError.class : 'internal');
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
