/** A loopback HTTP proxy in front of one peer that counts what passes and can make the next request go wrong. */
import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ChooseFault, Fault } from '../../../connectors/kit/acceptance/bench.ts';

/** A running proxy. */
export interface FaultProxy {
  readonly url: string;
  /** `skip` lets so many matching requests pass before. */
  inject(fault: Fault, on?: 'write' | 'any', skip?: number): void;
  /** Shows every request from now on; what was injected comes first. */
  watch(choose: ChooseFault): void;
  /** From now on every connection is cut as soon as it is made, also those that stand; until it is told otherwise. */
  away(isAway: boolean): void;
  /** Writing requests that were passed on. */
  writes(): number;
  /** Requests that followed a redirect. */
  strayRequests(): number;
  close(): Promise<void>;
}

/** The certificate by which it answers https, for 127.0.0.1. */
export interface FaultProxyTls {
  readonly key: string;
  readonly cert: string;
}

/** Starts a proxy to `target`; `isWrite` tells which requests change the peer. */
export async function startFaultProxy(
  target: string,
  isWrite: (method: string, path: string, body: Buffer) => boolean,
  tls?: FaultProxyTls,
): Promise<FaultProxy> {
  const queue: { fault: Fault; on: 'write' | 'any'; skip: number }[] = [];
  let choose: ChooseFault = () => undefined;
  let writes = 0;
  let strays = 0;
  const stray = await listen((_request, response) => {
    strays += 1;
    response.end('{}');
  });
  const pass = (request: IncomingMessage, response: ServerResponse): void => {
    if (tls !== undefined) request.headers['x-forwarded-proto'] = 'https';
    void (async () => {
      const body = await readAll(request);
      const writing = isWrite(request.method ?? '', (request.url ?? '').split('?')[0] ?? '', body);
      const index = queue.findIndex((entry) => (entry.on === 'any' || writing) && entry.skip-- <= 0);
      const { method = '', url: path = '' } = request;
      const fault =
        index === -1 ? choose({ method, path, body, writes: writing }) : queue.splice(index, 1)[0]?.fault;
      if (fault?.kind === 'cut-before') return request.socket.destroy();
      if (fault?.kind === 'answer') return response.writeHead(fault.status, fault.headers).end(fault.body);
      if (fault?.kind === 'redirect') return response.writeHead(307, { location: urlOf(stray) }).end();
      if (writing) writes += 1;
      const answer = await forward(target, request, body);
      if (fault?.kind === 'cut-after') return request.socket.destroy();
      response.writeHead(answer.status, answer.headers);
      if (fault?.kind === 'slow-body') return response.write(answer.body.subarray(0, 1));
      return response.end(answer.body);
    })().catch(() => request.socket.destroy());
  };
  const proxy = await listen(pass, tls);
  let isAway = false;
  proxy.on('connection', (socket) => void (isAway && socket.destroy()));
  return {
    url: tls === undefined ? urlOf(proxy) : urlOf(proxy).replace('http:', 'https:'),
    inject: (fault, on = 'write', skip = 0) => void queue.push({ fault, on, skip }),
    watch: (chosen) => void (choose = chosen),
    away(from) {
      isAway = from;
      if (isAway) proxy.closeAllConnections();
    },
    writes: () => writes,
    strayRequests: () => strays,
    close: async () => {
      for (const server of [proxy, stray]) {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      }
    },
  };
}

async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  tls?: FaultProxyTls,
): Promise<Server> {
  const made = tls === undefined ? createServer(handler) : createTlsServer(tls, handler);
  const server = made.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
}

async function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const { method, headers } = incoming;
  const outgoing = httpRequest(new URL(incoming.url ?? '/', target), { method: method ?? 'GET', headers });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    // The body is whole now, so its framing is the proxy's own.
    if (value !== undefined && name !== 'transfer-encoding' && name !== 'connection') kept[name] = value;
  }
  return { status: answer.statusCode ?? 502, headers: kept, body: await readAll(answer) };
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
