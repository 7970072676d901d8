import type { Span } from '@opentelemetry/api';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Http, HttpRequest, HttpResponse } from '../../../connectors/kit/http.ts';
import type { QuotaHeader } from '../../../connectors/kit/manifest.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../../../connectors/kit/remote-error.ts';
import { parseRetryAfter } from '../../../connectors/kit/retry-after.ts';
import { checkUrl, type EgressPolicy } from './egress.ts';
import { exchange, ExchangeFailure, type ExchangeFault } from './exchange.ts';
import type { EgressAgents } from './egress-agents.ts';
import type { SignRequest } from './authenticate.ts';
import type { ConnectionBudget, WorkLane } from './connection-budget.ts';
import { quotaOf } from './quota.ts';
import type { TokenSource } from './token-source.ts';
import { tracedRequest } from './traced-request.ts';

/** Everything one connection's HTTP rests on. */
export interface ConnectionHttpOptions {
  readonly connectorId: string;
  readonly connectionId: string;
  readonly origins: ReadonlySet<string>;
  readonly egress: EgressPolicy;
  readonly agents: EgressAgents;
  readonly authHeaders: Readonly<Record<string, string>>;
  readonly sign?: SignRequest | undefined;
  /** Where the credential gives tokens. */
  readonly token?: TokenSource | undefined;
  readonly budget: ConnectionBudget;
  readonly lane: WorkLane;
  readonly quota?: QuotaHeader | undefined;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
  /** Told when something about an answer could not be kept for the other workers. */
  readonly onLost?: (() => void) | undefined;
  /** Upper limit for any exchange. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
}

/** The network as one connector sees it; see `Http` for what it promises and throws. */
export function createConnectionHttp(options: ConnectionHttpOptions): Http {
  return { request: (request) => tracedRequest(options, request, (span) => perform(options, request, span)) };
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
  const response = await sendWithToken(options, request, url, effect);
  span.setAttribute('http.response.status_code', response.status);
  if (response.status >= 300 && response.status < 400 && response.status !== 304)
    throw redirected(response.status);
  return response;
}

/**
 * What was answered 401 was not applied: it is sent again with a token that others have kept meanwhile, and once with one
 * that is asked for instead. No clock has a say in it: a token may end in the millisecond it was given, and that of
 * another worker goes differently.
 */
async function sendWithToken(
  options: ConnectionHttpOptions,
  request: HttpRequest,
  url: URL,
  effect: 'read' | 'write',
): Promise<HttpResponse> {
  const { token, budget, signal } = options;
  const entry = { signal, lane: options.lane, cost: request.cost ?? 1, passBreaker: options.dryRun };
  const once = async (accessToken: string | undefined): Promise<HttpResponse> => {
    const leave = await beforeSending(options, () => budget.enter(entry));
    try {
      return await send(options, request, url, effect, accessToken);
    } finally {
      leave();
    }
  };
  if (token === undefined) return once(undefined);
  let { accessToken } = await beforeSending(options, () => token.current(signal));
  for (let asked = false; ;) {
    const response = await once(accessToken);
    // Where even a token is refused that was asked for instead, it is no matter of its age.
    if (response.status !== 401 || asked) return response;
    const refused = accessToken;
    const instead = await beforeSending(options, () => token.insteadOf(refused, signal));
    ({ asked } = instead);
    ({ accessToken } = instead.token);
  }
}

/** Whatever fails here, nothing was sent. */
async function beforeSending<T>({ signal }: ConnectionHttpOptions, wait: () => Promise<T>): Promise<T> {
  try {
    return await wait();
  } catch (error) {
    if (isRemoteFailure(error)) throw error;
    if (signal.aborted) throw failureOf('aborted', false, 'read', error);
    const title = 'The hub could not make the request ready; nothing was sent.';
    throw new RemoteFailure(remoteError('transient', title, { scope: 'connection' }), { cause: error });
  }
}

async function send(
  options: ConnectionHttpOptions,
  request: HttpRequest,
  url: URL,
  effect: 'read' | 'write',
  accessToken: string | undefined,
): Promise<HttpResponse> {
  const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
  try {
    const response = await exchange({
      method: request.method,
      url,
      headers: {
        ...requestHeaders(options, request, body),
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
      },
      body,
      timeoutMs: Math.min(request.timeoutMs ?? options.timeoutMs, options.timeoutMs),
      maxResponseBytes: options.maxResponseBytes,
      signal: options.signal,
      agent: options.agents.for(url),
    });
    await noteAnswer(options, response);
    return response;
  } catch (error) {
    if (!(error instanceof ExchangeFailure)) throw error;
    if (error.fault === 'refused' && isRemoteFailure(error.cause)) throw error.cause;
    if (OUTAGES.has(error.fault)) await noted(options, () => options.budget.report(false));
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
    ...options.sign?.(headers, body, options.now()),
  };
}

const TITLES: Record<ExchangeFault, string> = {
  connect: 'The remote system could not be reached.',
  cut: 'The connection to the remote system was cut before the whole answer came.',
  timeout: 'The remote system did not answer in full in time.',
  too_large: 'The answer of the remote system is larger than allowed.',
  aborted: 'The work was stopped.',
  refused: 'The address was refused.',
  certificate: 'The remote system did not accept the TLS connection or its client certificate.',
};

function failureOf(
  fault: ExchangeFault,
  sent: boolean,
  effect: 'read' | 'write',
  cause: unknown,
): RemoteFailure {
  if (fault === 'certificate') {
    const fix = 'Enter a certificate and key that the remote system trusts.';
    return new RemoteFailure(remoteError('auth', TITLES[fault], { scope: 'connection', fix }), { cause });
  }
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

/** What shows that the remote system is away, and not only that it does not like what it is asked. */
const OUTAGES = new Set<ExchangeFault>(['connect', 'cut', 'timeout']);
const OUTAGE_STATUS = new Set([500, 502, 503, 504]);

/** What an answer says beside its content: how long to wait, what is left, and that somebody is there at all. */
async function noteAnswer(options: ConnectionHttpOptions, response: HttpResponse): Promise<void> {
  const { budget, quota } = options;
  const asksToWait = response.status === 429 || response.status === 503;
  const afterMs = asksToWait ? parseRetryAfter(response.headers['retry-after'], options.now()) : undefined;
  const told = quotaOf(quota, response.headers, options.now());
  const pauseMs = Math.max(afterMs ?? 0, told?.pauseMs ?? 0);
  // Each by itself: what cannot be kept of one keeps back none of the others.
  if (told !== undefined) await noted(options, () => budget.noteQuota(told.quota));
  if (pauseMs > 0) await noted(options, () => budget.pause(pauseMs));
  // Who says how long to wait is there.
  await noted(options, () => budget.report(afterMs !== undefined || !OUTAGE_STATUS.has(response.status)));
}

/** What cannot be kept for the others must not make an answer unknown that came. */
async function noted(options: ConnectionHttpOptions, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch {
    options.onLost?.();
  }
}

function effectOf(request: HttpRequest): 'read' | 'write' {
  return request.effect ?? (request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'write');
}
