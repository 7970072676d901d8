import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpRequest } from '../../../connectors/kit/http.ts';
import { createConnectionHttp, type ConnectionHttpOptions } from './connection-http.ts';
import { createEgressAgents, type EgressAgents } from './egress-agents.ts';
import { createMemoryBudgetStore } from './budget-store.ts';
import { createConnectionBudget } from './connection-budget.ts';
import type { TokenSource } from './token-source.ts';

const egress = { allowPrivateNetwork: true };
const clock = { now: () => 1_000_000, wait: () => Promise.resolve() };
let server: Server;
let origin: string;
let agents: EgressAgents;
let handler: RequestListener;

beforeEach(async () => {
  server = createServer((request, response) => handler(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  agents = createEgressAgents(egress);
});

afterEach(async () => {
  agents.close();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
});

function http(more: Partial<ConnectionHttpOptions> = {}) {
  return createConnectionHttp({
    connectorId: 'sample',
    connectionId: 'c1',
    origins: new Set([origin]),
    egress,
    agents,
    authHeaders: { authorization: 'ApiKey real' },
    budget: createConnectionBudget({
      of: { tenantId: 't1', connectionId: 'c1' },
      limit: { requestsPerSecond: 100, burst: 100 },
      store: createMemoryBudgetStore(clock.now),
      clock,
      holder: 'w1',
    }),
    lane: 'live',
    now: clock.now,
    signal: new AbortController().signal,
    dryRun: false,
    timeoutMs: 5000,
    maxResponseBytes: 1024,
    ...more,
  });
}

const ask = (more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  url: `${origin}/x`,
  ...more,
});
const failing = (errorClass: string) =>
  expect.objectContaining({ remoteError: expect.objectContaining({ class: errorClass }) });

describe('the HTTP of a connection', () => {
  test('adds the credential over whatever the connector set, and passes no cookie on', async () => {
    let seen: unknown;
    handler = (request, response) => {
      seen = [request.headers.authorization, request.headers['content-length'], request.headers.cookie];
      response.setHeader('set-cookie', 'session=1').setHeader('x-kept', 'yes').end('hello');
    };
    const answer = await http().request(ask({ headers: { Authorization: 'forged' }, body: 'äb' }));
    expect(seen).toEqual(['ApiKey real', '3', undefined]);
    expect([answer.status, answer.headers['x-kept'], answer.headers['set-cookie']]).toEqual([
      200,
      'yes',
      undefined,
    ]);
    expect(Buffer.from(answer.body).toString()).toBe('hello');
  });

  test('a write cut before its answer is unknown, a read is transient', async () => {
    handler = (request) => request.socket.destroy();
    await expect(http().request(ask())).rejects.toEqual(failing('unknown_outcome'));
    await expect(http().request(ask({ effect: 'read' }))).rejects.toEqual(failing('transient'));
    await expect(http().request(ask({ method: 'GET' }))).rejects.toEqual(failing('transient'));
  });

  test('an answer cut in its middle is no answer', async () => {
    handler = (_request, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half', () => response.destroy());
    };
    await expect(http().request(ask())).rejects.toEqual(failing('unknown_outcome'));
  });

  test('an answer that never ends and one that is too large are given up', async () => {
    handler = (_request, response) => void response.writeHead(200).write('a');
    await expect(http({ timeoutMs: 100 }).request(ask())).rejects.toEqual(failing('unknown_outcome'));
    handler = (_request, response) => response.end('a'.repeat(2000));
    await expect(http().request(ask())).rejects.toEqual(failing('unknown_outcome'));
  });

  test('nobody listening means that nothing was sent', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const url = `http://127.0.0.1:${(free.address() as AddressInfo).port}`;
    free.close();
    await once(free, 'close');
    await expect(http({ origins: new Set([url]) }).request(ask({ url }))).rejects.toEqual(
      failing('transient'),
    );
  });

  test('a redirect is not followed', async () => {
    let requests = 0;
    handler = (_request, response) => {
      requests += 1;
      response.writeHead(302, { location: `${origin}/y` }).end();
    };
    await expect(http().request(ask())).rejects.toEqual(failing('config'));
    expect(requests).toBe(1);
  });

  test('a name that resolves to a private address is refused when private networks are closed', async () => {
    const closed = { allowPrivateNetwork: false };
    const url = 'https://inside.example/';
    const guarded = createEgressAgents(closed, (_name, callback) =>
      callback(null, [{ address: '10.0.0.1', family: 4 }]),
    );
    const client = http({ egress: closed, agents: guarded, origins: new Set(['https://inside.example']) });
    await expect(client.request(ask({ url }))).rejects.toEqual(failing('config'));
    guarded.close();
  });

  test('a refused token is replaced: by those that others have kept, then by one that is asked for, and no more', async () => {
    const sent: (string | undefined)[] = [];
    handler = (request, response) => {
      sent.push(request.headers.authorization?.replace('Bearer ', ''));
      response.writeHead(sent.at(-1) === good ? 200 : 401).end();
    };
    // All of one millisecond, as are the request and its answers.
    const tokenOf = (accessToken: string) => ({ accessToken, obtainedAt: clock.now(), expiresAt: null });
    const next: Readonly<Record<string, { readonly accessToken: string; readonly asked: boolean }>> = {
      first: { accessToken: 'kept', asked: false },
      kept: { accessToken: 'asked-for', asked: true },
    };
    const token: TokenSource = {
      current: async () => tokenOf('first'),
      insteadOf: async (refused) => {
        const { accessToken, asked } = next[refused]!;
        return { token: tokenOf(accessToken), asked };
      },
    };
    let good = 'kept';
    await expect(http({ authHeaders: {}, token }).request(ask())).resolves.toMatchObject({ status: 200 });
    expect(sent.splice(0)).toEqual(['first', 'kept']);
    good = 'none';
    await expect(http({ authHeaders: {}, token }).request(ask())).resolves.toMatchObject({ status: 401 });
    expect(sent).toEqual(['first', 'kept', 'asked-for']);
  });

  test('Retry-After closes the budget for everyone on the connection', async () => {
    let requests = 0;
    handler = (_request, response) => {
      requests += 1;
      response.writeHead(429, { 'retry-after': '60' }).end();
    };
    const client = http();
    await expect(client.request(ask())).resolves.toMatchObject({ status: 429 });
    await expect(client.request(ask())).rejects.toMatchObject({
      remoteError: { class: 'throttled', afterMs: 60_000 },
    });
    expect(requests).toBe(1);
  });

  test('where the allowance of an answer cannot be kept, its pause and that it tells of an outage are kept all the same', async () => {
    handler = (_request, response) => response.writeHead(503, { 'x-left': '0' }).end();
    const store = createMemoryBudgetStore(clock.now);
    const told: boolean[] = [];
    const budget = createConnectionBudget({
      of: { tenantId: 't1', connectionId: 'c1' },
      limit: { requestsPerSecond: 100, burst: 100 },
      store: {
        ...store,
        noteQuota: () => Promise.reject(new Error('away')),
        report: (of, answered) => {
          told.push(answered);
          return store.report(of, answered);
        },
      },
      clock,
      holder: 'w1',
    });
    let lost = 0;
    const client = http({
      budget,
      quota: { header: 'x-left', holds: 'remaining' },
      onLost: () => {
        lost += 1;
      },
    });
    await expect(client.request(ask())).resolves.toMatchObject({ status: 503 });
    await expect(client.request(ask())).rejects.toMatchObject({ remoteError: { afterMs: 15 * 60_000 } });
    expect([lost, told]).toEqual([1, [false]]);
  });

  test('a dry run refuses writes and lets reads through', async () => {
    handler = (_request, response) => response.end('ok');
    await expect(http({ dryRun: true }).request(ask())).rejects.toMatchObject({ code: 'internal' });
    await expect(http({ dryRun: true }).request(ask({ effect: 'read' }))).resolves.toMatchObject({
      status: 200,
    });
  });

  test('work that is stopped in the middle of a write leaves it unknown', async () => {
    const stop = new AbortController();
    handler = () => stop.abort();
    await expect(http({ signal: stop.signal }).request(ask())).rejects.toEqual(failing('unknown_outcome'));
    await expect(http({ signal: stop.signal }).request(ask())).rejects.toEqual(failing('transient'));
  });
});
