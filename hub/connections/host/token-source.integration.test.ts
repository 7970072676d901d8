import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { observedHost, type ObservedHost } from '../../../test/support/connectors/observed-host.ts';
import { tokenConnector } from '../../../test/support/connectors/token-connector.ts';
import {
  SERVER_CLIENTS,
  startAuthorizationServer,
  type AuthorizationServer,
} from '../../../test/support/peers/authorization-server.ts';

const connector = tokenConnector();
const { machine, signer } = SERVER_CLIENTS;
let server: AuthorizationServer;
let observed: ObservedHost;

beforeAll(async () => {
  server = await startAuthorizationServer();
});
afterAll(() => server.close());
beforeEach(() => {
  observed = observedHost();
});
afterEach(() => observed.host.close());

const byMachine = { type: 'oauth2_client_credentials', ...machine };
const open = (credential: object, id = randomUUID(), signal?: AbortSignal) =>
  observed.host.contextFor(
    connector,
    { id, tenantId: randomUUID(), config: { url: server.url }, credential },
    signal === undefined ? {} : { signal },
  );
const write = { method: 'POST', url: '', body: 'x' } as const;
type Context = Awaited<ReturnType<typeof open>>;
const send = async ({ http }: Context) =>
  (await http.request({ ...write, url: `${server.url}/resource` })).status;
/** How many token requests a piece of work made. */
const asked = async (work: () => Promise<unknown>) => {
  const before = server.tokenRequests().length;
  await work();
  return server.tokenRequests().length - before;
};

describe('tokens from a real authorization server', () => {
  test('client credentials: one token for all the work on a connection', async () => {
    const ctx = await open(byMachine);
    expect(
      await asked(async () =>
        expect(await Promise.all([send(ctx), send(ctx), send(ctx)])).toEqual([200, 200, 200]),
      ),
    ).toBe(1);
    expect(await asked(() => send(ctx))).toBe(0);
  });

  test('an assertion that the key of the credential signs', async () => {
    const ctx = await open({ type: 'oauth2_jwt_bearer', ...signer, privateKey: server.signerKey });
    expect(await asked(async () => expect(await send(ctx)).toBe(200))).toBe(1);
  });

  test('a token that ends in the middle of the work is renewed once, and what was refused is sent once more', async () => {
    const ctx = await open(byMachine);
    await send(ctx);
    const before = server.taken().length;
    server.expireTokens();
    expect(
      await asked(async () =>
        expect(await Promise.all([send(ctx), send(ctx), send(ctx)])).toEqual([200, 200, 200]),
      ),
    ).toBe(1);
    expect(server.taken().length - before).toBe(3);
  });

  test('however little time has passed: a token that ended in the millisecond it was given is renewed too', async () => {
    const still = observedHost(undefined, { clock: { now: () => 1_800_000_000_000, wait: async () => {} } });
    const connection = { id: randomUUID(), tenantId: randomUUID(), config: { url: server.url } };
    const ctx = await still.host.contextFor(connector, { ...connection, credential: byMachine });
    expect(await send(ctx)).toBe(200);
    server.expireTokens();
    expect(
      await asked(async () =>
        expect(await Promise.all([send(ctx), send(ctx), send(ctx)])).toEqual([200, 200, 200]),
      ),
    ).toBe(1);
    await still.host.close();
  });

  test('a refused credential is an error for a person, and is not tried again at once', async () => {
    const ctx = await open({ ...byMachine, clientSecret: 'canary-of-a-wrong-secret' });
    const refused = {
      remoteError: { class: 'auth', retry: 'never', scope: 'connection', remote: { code: 'invalid_client' } },
    };
    expect(
      await asked(async () => {
        await expect(send(ctx)).rejects.toMatchObject(refused);
        await expect(send(ctx)).rejects.toMatchObject(refused);
      }),
    ).toBe(1);
  });

  test('without a consent nothing is sent', async () => {
    const ctx = await open({ type: 'oauth2_code', ...SERVER_CLIENTS.person, refreshToken: null });
    expect(
      await asked(() =>
        expect(send(ctx)).rejects.toMatchObject({
          remoteError: { class: 'auth', fix: expect.stringContaining('consent') },
        }),
      ),
    ).toBe(0);
  });

  test.each([
    [503, '', 'transient'],
    [429, '', 'throttled'],
    [200, '<html>canary</html>', 'config'],
    [404, '', 'config'],
  ])(
    'an authorization server that answers %i %s says nothing about the credential',
    async (status, body, expected) => {
      const ctx = await open(byMachine);
      server.answerTokens((response) => void response.writeHead(status, { 'retry-after': '7' }).end(body));
      await expect(send(ctx)).rejects.toMatchObject({ remoteError: { class: expected, afterMs: 7000 } });
      server.answerTokens(undefined);
      expect(await send(ctx)).toBe(200);
    },
  );

  test.each([
    { expires_in: null, refresh_token: null },
    { expires_in: 'soon', refresh_token: '' },
    { expires_in: 10 * 366 * 86_400 },
  ])('a token with %j is used until it is refused', async (said) => {
    const ctx = await open(byMachine);
    const body = JSON.stringify({ access_token: 'of-another-life', token_type: 'Bearer', ...said });
    server.answerTokens((response) => void response.writeHead(200).end(body));
    expect(await send(ctx)).toBe(401);
    server.answerTokens(undefined);
    expect(await send(ctx)).toBe(200);
  });

  test('work that is stopped while it waits for a token has sent nothing, and disturbs nobody', async () => {
    const stop = new AbortController();
    const id = randomUUID();
    const ctx = await open(byMachine, id, stop.signal);
    let answer = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      server.answerTokens((response) => {
        answer = () => void response.writeHead(503).end();
        resolve();
      });
    });
    const sent = expect(send(ctx)).rejects.toMatchObject({ remoteError: { class: 'transient' } });
    await waiting;
    stop.abort();
    await sent;
    server.answerTokens(undefined);
    answer();
  });

  test('no secret, no token and no assertion is seen', async () => {
    const ctx = await open({ type: 'oauth2_jwt_bearer', ...signer, privateKey: server.signerKey });
    await send(ctx);
    const token = server.taken().at(-1) ?? '';
    const secret = await open({ ...byMachine, clientSecret: 'canary-of-a-wrong-secret' });
    const error: unknown = await send(secret).catch((caught: unknown) => caught);
    ctx.log('info', `a connector that logs ${token}`, { key: server.signerKey.split('\n')[3] ?? '' });
    const seen = `${observed.seen()} ${JSON.stringify(error)} ${String((error as Error).stack)}`;
    expect(token.length).toBeGreaterThan(20);
    for (const canary of [token, 'canary-of-a-wrong-secret', server.signerKey.split('\n')[3] ?? ''])
      expect(seen.includes(canary)).toBe(false);
  });
});
