import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { OwnClientLoan } from '../../../connectors/kit/context.ts';
import { createEgressProxy, type EgressProxy } from './egress-proxy.ts';

let server: Server;
let origin: string;
let proxy: EgressProxy;
let refused: string[];
let work: AbortController;

beforeEach(async () => {
  server = createServer((incoming, response) => {
    response.end(`${incoming.url} ${incoming.headers['proxy-authorization'] ?? 'no password'}`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  proxy = createEgressProxy({ allowPrivateNetwork: true }, (_name, callback) =>
    callback(null, [{ address: '169.254.169.254', family: 4 }]),
  );
  refused = [];
  work = new AbortController();
});

afterEach(async () => {
  proxy.close();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
});

const lend = (origins: readonly string[]) =>
  proxy.lend({
    origins: new Set(origins),
    signal: work.signal,
    onRefused: (target) => void refused.push(target),
  });

const basic = ({ user, password }: { user: string; password: string }) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Asks for a tunnel; gives its status and its socket. */
async function tunnel(loan: OwnClientLoan['proxy'], target: string, authorization = basic(loan)) {
  const asked = request({
    host: loan.host,
    port: loan.port,
    method: 'CONNECT',
    path: target,
    headers: { 'proxy-authorization': authorization },
  });
  const answer = once(asked, 'connect') as Promise<[IncomingMessage, Socket]>;
  asked.end();
  const [{ statusCode }, socket] = await answer;
  return { status: statusCode, socket };
}

async function throughSocket(socket: Socket): Promise<string> {
  socket.write('GET /inside HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

async function absolute(loan: OwnClientLoan['proxy'], url: string, authorization = basic(loan)) {
  const asked = request({
    host: loan.host,
    port: loan.port,
    path: url,
    headers: { 'proxy-authorization': authorization, connection: 'close' },
  }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of answer) body += String(chunk);
  return { status: answer.statusCode, body };
}

describe('the proxy for clients of vendors', () => {
  test('tunnels and forwards to the allow-list, and passes its own password on to nobody', async () => {
    const loan = await lend([origin]);
    const { status, socket } = await tunnel(loan, origin.slice('http://'.length));
    expect(status).toBe(200);
    expect(await throughSocket(socket)).toContain('/inside no password');
    expect(await absolute(loan, `${origin}/a?b=c`)).toEqual({ status: 200, body: '/a?b=c no password' });
    expect(refused).toEqual([]);
  });

  test('knows nobody without the user and password of a loan', async () => {
    const loan = await lend([origin]);
    const other = await lend(['https://elsewhere.example']);
    for (const wrong of [
      '',
      'Basic eDp5',
      'Bearer x',
      basic({ user: loan.user, password: other.password }),
    ]) {
      expect((await tunnel(loan, origin.slice(7), wrong)).status).toBe(407);
      expect((await absolute(loan, `${origin}/`, wrong)).status).toBe(407);
    }
    expect((await absolute(other, `${origin}/`)).status).toBe(403);
  });

  test('refuses what is outside the allow-list, and says so', async () => {
    const loan = await lend([origin]);
    expect((await tunnel(loan, '127.0.0.1:1')).status).toBe(403);
    expect((await tunnel(loan, 'no-authority:99999')).status).toBe(403);
    expect((await absolute(loan, 'http://127.0.0.1:1/secret/path')).status).toBe(403);
    expect((await absolute(loan, '/plain')).status).toBe(403);
    expect(refused).toEqual(['https://127.0.0.1:1', 'http://127.0.0.1:1']);
  });

  test('refuses an allowed name whose address is forbidden', async () => {
    const loan = await lend(['https://rebound.example']);
    expect((await tunnel(loan, 'rebound.example:443')).status).toBe(502);
  });

  test('cuts what is open when the work ends, and lends no more', async () => {
    const loan = await lend([origin]);
    const { socket } = await tunnel(loan, origin.slice('http://'.length));
    const closed = once(socket, 'close');
    socket.on('error', () => undefined).resume();
    work.abort();
    await closed;
    expect((await tunnel(loan, origin.slice(7))).status).toBe(407);
    await expect(lend([origin])).rejects.toThrow();
  });
});
