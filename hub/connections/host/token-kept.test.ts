import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { createEgressAgents } from './egress-agents.ts';
import { tokenGrant } from './token-grant.ts';
import { createTokenSource } from './token-source.ts';
import { createMemoryTokenStore, type TokenStore } from './token-store.ts';

const egress = { allowPrivateNetwork: true };
const agents = createEgressAgents(egress);
const of = { tenantId: 't1', connectionId: 'c1' };
const credential = { type: 'oauth2_code', clientId: 'app', clientSecret: null, refreshToken: 'r0' } as const;

/** Takes each refresh token once, as RFC 9700 asks of servers, and gives the next. */
let server: Server;
/** Where it is set each access token is this one. */
let same: string | undefined;
let url: string;
let current: string;
let given: number;
beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((form) => {
      if (new URLSearchParams(form).get('refresh_token') !== current) {
        response.writeHead(400).end('{"error":"invalid_grant"}');
        return;
      }
      given += 1;
      current = `r${given}`;
      const got = { access_token: same ?? `a${given}`, expires_in: 3600, refresh_token: current };
      response.writeHead(200).end(JSON.stringify(got));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  agents.close();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
});

/** A worker whose store is away for as many calls of `keep`. */
function worker(store: TokenStore, away = 0) {
  const at = { fromConfig: 'url', path: '/token' };
  const method = { type: 'oauth2_code', title: '', authorize: at, token: at, scope: 'x' } as const;
  let left = away;
  return createTokenSource({
    of,
    credential,
    grant: tokenGrant(method, credential, { url })!,
    way: { origins: new Set([url]), egress, agents, now: Date.now },
    store: {
      ...store,
      keep: (...kept) => {
        left -= 1;
        return left >= 0 ? Promise.reject(new HoldfastError('unavailable', 'Away.')) : store.keep(...kept);
      },
    },
    onSecret: () => undefined,
  });
}

test('a refresh token that the server gave for another is not lost to a database that is away for a moment', async () => {
  [current, given] = ['r0', 0];
  const store = createMemoryTokenStore();
  const { signal } = new AbortController();
  const got = await worker(store, 3).current(signal);
  expect(got.accessToken).toBe('a1');
  const next = await worker(store).insteadOf('a1', signal);
  expect([next.token.accessToken, given]).toEqual(['a2', 2]);
});

test('a server that gives the refused token again is asked once for one refusal', async () => {
  [current, given, same] = ['r0', 0, 'same'];
  const { signal } = new AbortController();
  const source = worker(createMemoryTokenStore());
  expect((await source.current(signal)).accessToken).toBe('same');
  expect(await source.insteadOf('same', signal)).toMatchObject({
    token: { accessToken: 'same' },
    asked: true,
  });
  expect(given).toBe(2);
});
