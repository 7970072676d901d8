import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEgressAgents } from '../../connections/host/egress-agents.ts';
import { makeSigningKey } from '../../connections/signing-secret.ts';
import { postEvent } from './post-event.ts';
import type { CloudEvent } from './render-event.ts';

const egress = { allowPrivateNetwork: true };
const agents = createEgressAgents(egress);
const keys = [{ secret: makeSigningKey(), until: null }];
const event: CloudEvent = {
  specversion: '1.0',
  id: 'evt_1_00',
  source: '/holdfast/t1',
  type: 'hold.placed',
  subject: 'recording/r1',
  time: '2026-11-26T12:00:00.000Z',
  datacontenttype: 'application/json',
  data: { id: 'r1', outcome: 'done', ledgerIndex: 1, facts: {} },
};

let server: Server;
let url: string;
let answer: RequestListener;
let asked: number;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
});
beforeEach(() => {
  asked = 0;
});
afterAll(async () => {
  agents.close();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
});

const post = (address = url, timeoutMs = 20_000) =>
  postEvent(
    { egress, agents, now: () => new Date(), timeoutMs },
    address,
    keys,
    event,
    new AbortController().signal,
  );

describe('what an endpoint answers is its status, and its body changes nothing of it', () => {
  test.each<[string, number, RequestListener]>([
    ['is large', 20_000, (_request, response) => void response.writeHead(200).end('x'.repeat(1_000_000))],
    ['never ends', 2_000, (_request, response) => void response.writeHead(200).write('x')],
    [
      'is cut',
      20_000,
      (_request, response) => {
        response.writeHead(202, { 'content-length': '10' });
        response.write('half', () => response.destroy());
      },
    ],
  ])('taken, where the body %s', async (_title, timeoutMs, listener) => {
    answer = listener;
    expect(await post(url, timeoutMs)).toMatchObject({ outcome: 'taken', answer: null });
  });

  test('gone, and refused until later, by pages of any size', async () => {
    answer = (_request, response) => void response.writeHead(410).end('x'.repeat(1_000_000));
    expect(await post()).toMatchObject({ outcome: 'gone', status: 410 });
    answer = (_request, response) =>
      void response.writeHead(429, { 'retry-after': '60' }).end(`Busy ${'x'.repeat(1_000_000)}`);
    const refused = await post();
    expect(refused).toMatchObject({ outcome: 'refused', status: 429, wishMs: 60_000 });
    expect(refused.answer).toMatch(/^Busy x+$/);
    expect(refused.answer).toHaveLength(200);
  });

  test('without a status in time it was slow, and cut before it unreachable', async () => {
    answer = () => undefined;
    expect(await post(url, 100)).toMatchObject({ outcome: 'slow', status: null });
    answer = (request) => request.socket.destroy();
    expect(await post()).toMatchObject({ outcome: 'unreachable', status: null });
  });
});

test('a redirect is not followed, wherever it leads', async () => {
  answer = (_request, response) => void response.writeHead(307, { location: url }).end();
  expect(await post()).toMatchObject({ outcome: 'redirected', status: 307 });
  expect(asked).toBe(1);
});

test('an address with a user in it, of a metadata service or of another scheme is sent nothing', async () => {
  const inside = url.replace('://', '://a:b@');
  for (const address of [
    inside,
    'http://169.254.169.254/latest',
    'http://[::ffff:a9fe:a9fe]/',
    'ftp://x.example/',
  ])
    expect(await post(address)).toMatchObject({ outcome: 'forbidden', status: null });
  expect(asked).toBe(0);
});
