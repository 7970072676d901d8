import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectorContext } from '../../connectors/kit/context.ts';
import { claimToken, readTokenRow, storeToken } from '../../recorder-core/records/connection-tokens.ts';
import { putCredential, readConnection } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { openLocalKeyRing, type LocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';
import { addConnectionRow } from '../../test/support/connection-row.ts';
import { observedHost, type ObservedHost } from '../../test/support/connectors/observed-host.ts';
import { tokenConnector } from '../../test/support/connectors/token-connector.ts';
import {
  SERVER_CLIENTS,
  startAuthorizationServer,
  type AuthorizationServer,
} from '../../test/support/peers/authorization-server.ts';
import { browseBack } from '../../test/support/peers/browse-back.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { Asking } from '../identity/asking.ts';
import { finishAuthorization, startAuthorization } from './authorize-connection.ts';
import { openCredential, sealCredential } from './credential-envelope.ts';
import { systemClock } from './host/system-clock.ts';
import { createSharedTokens } from './shared-tokens.ts';

const REDIRECT = 'http://console.example/connections/authorized';
const connector = tokenConnector();
const { machine, person } = SERVER_CLIENTS;
const session = Buffer.alloc(32, 7);
let folder: string;
let database: TestDatabase;
let keys: LocalKeyRing;
let server: AuthorizationServer;
let workers: ObservedHost[];
let asking: Asking;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-tokens-'));
  [database, keys, server] = await Promise.all([
    openTestDatabase(),
    openLocalKeyRing(join(folder, 'keys.json'), { create: true }),
    startAuthorizationServer({ redirectUri: REDIRECT }),
  ]);
  const { db, tenantId } = database;
  const tokens = () => createSharedTokens({ db, keys, now: () => new Date() });
  workers = [1, 2].map(() => observedHost(undefined, { clock: systemClock, tokens: tokens() }));
  const ana = { id: randomUUID(), name: 'Ana', role: 'admin' } as const;
  await db.forTenant(tenantId, (tx) => insertUser(tx, tenantId, ana));
  asking = { db, tenantId, person: ana, now: new Date(), newId: (at) => newId(at.getTime()) };
});
afterAll(async () => {
  await Promise.all(workers.map(({ host }) => host.close()));
  await server.close();
  await database.close();
  await rm(folder, { recursive: true });
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const rowOf = (id: string) => inTenant((tx) => readTokenRow(tx, id));
const actsAbout = async (id: string) =>
  (await inTenant((tx) => readLeavesAbout(tx, id))).map(({ act }) => act);

const connect = (credential: object): Promise<string> =>
  addConnectionRow(database, {
    connector: connector.manifest.id,
    config: { url: server.url },
    credential: { keys, value: credential },
    first: { madeAt: new Date(Date.now() - 1000) },
  });

/** The connection as a worker has it, with the credential that stands in the database now. */
async function open(worker: ObservedHost | undefined, id: string): Promise<ConnectorContext> {
  const { tenantId } = database;
  const row = await inTenant((tx) => readConnection(tx, id));
  const credential = await openCredential(keys, tenantId, id, row?.credential ?? null);
  return worker!.host.contextFor(connector, { id, tenantId, config: row!.config, credential });
}
const send = async ({ http }: ConnectorContext) =>
  (await http.request({ method: 'POST', url: `${server.url}/resource` })).status;
const asked = async (work: () => Promise<unknown>) => {
  const before = server.tokenRequests().length;
  await work();
  return server.tokenRequests().length - before;
};

const deps = () => ({
  db: database.db,
  keys,
  host: workers[0]!.host,
  connectorOf: () => connector,
  redirectUri: REDIRECT,
});

async function authorize(id: string): Promise<void> {
  const { url } = await startAuthorization(deps(), asking, id, session);
  const back = (await browseBack(url, REDIRECT)).searchParams;
  const brought = { state: back.get('state') ?? '', code: back.get('code') ?? '' };
  await finishAuthorization(deps(), asking, session, brought);
}

describe('tokens that workers share', () => {
  test('two that need one at once ask once, and once more when it ends', async () => {
    const id = await connect({ type: 'oauth2_client_credentials', ...machine });
    const both = await Promise.all(workers.map((worker) => open(worker, id)));
    expect(await asked(async () => expect(await Promise.all(both.map(send))).toEqual([200, 200]))).toBe(1);
    server.expireTokens();
    expect(await asked(async () => expect(await Promise.all(both.map(send))).toEqual([200, 200]))).toBe(1);
    expect(await rowOf(id)).toMatchObject({ state: 'good', code: null, expiresAt: expect.any(Date) });
    const [row] = await database.asOwner<{ text: string }>(
      'select t::text as text from connection_token t where connection_id = $1',
      [id],
    );
    expect(row?.text.includes(Buffer.from(server.taken().at(-1) ?? '').toString('hex'))).toBe(false);
  });

  test('a person consents, and each renewal leaves its refresh token in the credential before it is used', async () => {
    const id = await connect({ type: 'oauth2_code', ...person, refreshToken: null });
    const [one, two] = workers;
    await expect(send(await open(one, id))).rejects.toMatchObject({ remoteError: { class: 'auth' } });
    expect(await rowOf(id)).toMatchObject({ state: 'needs-consent' });
    await authorize(id);
    expect(await rowOf(id)).toMatchObject({ state: 'none' });
    for (const worker of [one, two, two, one]) {
      expect(await send(await open(worker, id))).toBe(200);
      server.expireTokens();
    }
    expect(await rowOf(id)).toMatchObject({ state: 'good' });
    expect(await actsAbout(id)).toEqual(['token.refused', 'connection.authorized']);
  });

  test('a consent that was taken back is an error for a person, told once; a new one mends it', async () => {
    const id = await connect({
      type: 'oauth2_code',
      ...person,
      refreshToken: 'canary-of-a-dead-refresh-token',
    });
    const [one, two] = workers;
    expect(
      await asked(async () => {
        for (const worker of [one, two, one])
          await expect(send(await open(worker, id))).rejects.toMatchObject({
            remoteError: { class: 'auth', retry: 'never', remote: { code: 'invalid_grant' } },
          });
      }),
    ).toBe(1);
    expect(await rowOf(id)).toMatchObject({ state: 'needs-consent', code: 'invalid_grant', refusals: 1 });
    await authorize(id);
    expect(await send(await open(two, id))).toBe(200);
    const seen = workers.map(({ seen: text }) => text()).join();
    expect(seen.includes('canary-of-a-dead-refresh-token')).toBe(false);
  });

  test('a state works once, and for nobody else', async () => {
    const id = await connect({ type: 'oauth2_code', ...person, refreshToken: null });
    const { url } = await startAuthorization(deps(), asking, id, session);
    const back = (await browseBack(url, REDIRECT)).searchParams;
    const brought = { state: back.get('state') ?? '', code: back.get('code') ?? '' };
    const finish = (own: Buffer) => finishAuthorization(deps(), asking, own, brought);
    await expect(finish(Buffer.alloc(32, 8))).rejects.toMatchObject({ code: 'forbidden' });
    await finish(session);
    await expect(finish(session)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('a worker that died while it asked holds nobody up, and what it brings late is thrown away', async () => {
    const id = await connect({ type: 'oauth2_client_credentials', ...machine });
    const dead = await inTenant((tx) => claimToken(tx, database.tenantId, id, 200));
    expect(await send(await open(workers[0], id))).toBe(200);
    const late = { sealed: Buffer.from('late'), obtainedAt: new Date(), expiresAt: null, refreshAt: null };
    expect(await inTenant((tx) => storeToken(tx, id, dead!.fence, late))).toBe(false);
    expect((await rowOf(id))?.sealed?.toString()).not.toBe('late');
  });

  test('a credential that a person mends is tried at once', async () => {
    const id = await connect({ type: 'oauth2_client_credentials', ...machine, clientSecret: 'wrong' });
    await expect(send(await open(workers[0], id))).rejects.toMatchObject({ remoteError: { class: 'auth' } });
    const sealed = await sealCredential(keys, database.tenantId, id, {
      type: 'oauth2_client_credentials',
      ...machine,
    });
    await inTenant((tx) => putCredential(tx, id, { sealed, kind: 'oauth2_client_credentials' }, new Date()));
    expect(await send(await open(workers[0], id))).toBe(200);
    expect(await actsAbout(id)).toEqual(['token.refused', 'token.restored']);
  });
});
