/**
 * An HTTP proxy on loopback for vendors' own clients: it knows each client by a user of its own and lets it reach the
 * allow-list of its connection alone, by addresses that are checked while it connects.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { OwnClientLoan } from '../../../connectors/kit/context.ts';
import { checkUrl, guardedLookup, type EgressPolicy, type ResolveAll } from './egress.ts';

/** How long a tunnel may stay silent. */
const IDLE_MS = 5 * 60_000;
/** How long a connection may take. */
const CONNECT_MS = 15_000;

/** What one piece of work may reach. */
export interface ProxyGrant {
  readonly origins: ReadonlySet<string>;
  /** Ends the loan, and cuts what is open through it. */
  readonly signal: AbortSignal;
  /** Told of each target that was refused: scheme, host and port, without a path. */
  readonly onRefused: (origin: string) => void;
}

/** The proxy of a process; it listens from the first loan on. */
export interface EgressProxy {
  lend(grant: ProxyGrant): Promise<OwnClientLoan['proxy']>;
  /** Ends every loan and stops listening. */
  close(): void;
}

interface Loan extends ProxyGrant {
  readonly password: Buffer;
  readonly open: Set<{ destroy(): unknown }>;
}

interface ProxyState {
  readonly loans: Map<string, Loan>;
  readonly policy: EgressPolicy;
  readonly resolve: ResolveAll | undefined;
}

/** Makes the proxy; nothing listens yet. */
export function createEgressProxy(policy: EgressPolicy, resolve?: ResolveAll): EgressProxy {
  const state: ProxyState = { loans: new Map(), policy, resolve };
  let starting: Promise<Server> | undefined;
  return {
    async lend(grant) {
      grant.signal.throwIfAborted();
      starting ??= listen(state);
      const { port } = (await starting).address() as AddressInfo;
      const user = randomBytes(12).toString('hex');
      const password = randomBytes(24).toString('hex');
      const loan: Loan = { ...grant, password: Buffer.from(password), open: new Set() };
      state.loans.set(user, loan);
      const end = (): void => {
        state.loans.delete(user);
        for (const stream of loan.open) stream.destroy();
      };
      if (grant.signal.aborted) end();
      else grant.signal.addEventListener('abort', end, { once: true });
      return { host: '127.0.0.1', port, user, password };
    },
    close() {
      for (const { open } of state.loans.values()) for (const stream of open) stream.destroy();
      state.loans.clear();
      void starting?.then((server) => {
        server.close();
        server.closeAllConnections();
      });
      starting = undefined;
    },
  };
}

async function listen(state: ProxyState): Promise<Server> {
  const server = createServer((request, response) => forward(state, request, response));
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    tunnel(state, request, socket, head);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A process that wants to end is not kept by its proxy.
  server.unref();
  return server;
}

/** CONNECT: bytes both ways, once the target is allowed. */
function tunnel(state: ProxyState, request: IncomingMessage, client: Duplex, head: Buffer): void {
  client.on('error', () => client.destroy());
  const loan = loanOf(state, request);
  if (loan === undefined) return refuse(client, '407 Proxy Authentication Required', CHALLENGE);
  const target = allowedTarget(state, loan, request.url ?? '');
  if (target === undefined) return refuse(client, '403 Forbidden');
  const upstream = connect({
    host: target.hostname.replace(/^\[|\]$/g, ''),
    port: portOf(target),
    lookup: guardedLookup(target.protocol === 'https:', state.policy, state.resolve),
  });
  hold(loan, client);
  hold(loan, upstream);
  upstream.setTimeout(CONNECT_MS, () => upstream.destroy(new Error('no connection in time')));
  const unreachable = (): void => refuse(client, '502 Bad Gateway');
  upstream.once('error', unreachable);
  client.once('close', () => upstream.destroySoon());
  upstream.once('connect', () => {
    upstream.off('error', unreachable).on('error', () => client.destroy());
    upstream.setTimeout(IDLE_MS, () => upstream.destroy());
    upstream.once('close', () => upstream.readableEnded || client.destroy());
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) upstream.write(head);
    upstream.pipe(client);
    client.pipe(upstream);
  });
}

/** A plain http request with an absolute target; https goes through a tunnel only. */
function forward(state: ProxyState, request: IncomingMessage, response: ServerResponse): void {
  const loan = loanOf(state, request);
  if (loan === undefined) return end(response, 407, { 'proxy-authenticate': 'Basic realm="holdfast"' });
  const url = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined;
  if (url?.protocol !== 'http:' || !isAllowed(state, loan, url)) return end(response, 403);
  const upstream = httpRequest(url, {
    method: request.method,
    headers: endToEnd(request),
    lookup: guardedLookup(false, state.policy, state.resolve),
    agent: false,
    timeout: IDLE_MS,
  });
  hold(loan, upstream);
  upstream.on('timeout', () => upstream.destroy());
  upstream.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    // A body that is cut upstream must not look whole downstream.
    answer.on('close', () => answer.complete || response.destroy());
  });
  upstream.on('error', () => {
    if (response.headersSent) response.destroy();
    else end(response, 502);
  });
  response.on('close', () => upstream.destroy());
  request.pipe(upstream);
}

const CHALLENGE = 'Proxy-Authenticate: Basic realm="holdfast"\r\n';

function refuse(client: Duplex, status: string, header = ''): void {
  client.end(`HTTP/1.1 ${status}\r\n${header}Content-Length: 0\r\nConnection: close\r\n\r\n`);
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, 'content-length': '0', connection: 'close' }).end();
}

/** The loan whose user and password the request carries; undefined for anybody else on this machine. */
function loanOf({ loans }: ProxyState, request: IncomingMessage): Loan | undefined {
  const [scheme, pair] = (request.headers['proxy-authorization'] ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic' || pair === undefined) return undefined;
  const [user = '', ...rest] = Buffer.from(pair, 'base64').toString().split(':');
  const loan = loans.get(user);
  const password = Buffer.from(rest.join(':'));
  const equal = loan?.password.length === password.length && timingSafeEqual(loan.password, password);
  return equal ? loan : undefined;
}

/** The origin that a CONNECT means: its scheme is not said, so the allow-list decides. */
function allowedTarget(state: ProxyState, loan: Loan, authority: string): URL | undefined {
  for (const scheme of ['https', 'http']) {
    const text = `${scheme}://${authority}`;
    if (!URL.canParse(text)) return undefined;
    const url = new URL(text);
    if (loan.origins.has(url.origin)) return isAllowed(state, loan, url) ? url : undefined;
  }
  loan.onRefused(new URL(`https://${authority}`).origin);
  return undefined;
}

function isAllowed(state: ProxyState, loan: Loan, url: URL): boolean {
  try {
    checkUrl(url, loan.origins, state.policy);
    return true;
  } catch {
    loan.onRefused(url.origin);
    return false;
  }
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

/** What is open ends with its loan. */
function hold({ open }: Loan, stream: Duplex | ClientRequest): void {
  open.add(stream);
  stream.once('close', () => open.delete(stream));
}

/** Headers that are for the other side; RFC 9110, section 7.6.1. */
function endToEnd({ headers }: IncomingMessage): IncomingMessage['headers'] {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const dropped = new Set([
    ...named,
    'connection',
    'keep-alive',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'upgrade',
  ]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}
