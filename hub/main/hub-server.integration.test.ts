import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { makeTlsAuthority, type IssuedCertificate } from '../../test/support/tls-authority.ts';
import { makeApp } from '../api/app.ts';
import { registeredCertificate, serviceAccount, serviceAccountList } from '../api/schemas/service-account.ts';
import { createHubServer } from './hub-server.ts';

const ours = makeTlsAuthority();
const foreign = makeTlsAuthority();
const machine = ours.issue('machine', 'clientAuth');
const stranger = ours.issue('stranger', 'clientAuth');
const impostor = foreign.issue('impostor', 'clientAuth');
let database: TestDatabase;
let hub: TestHub;
let administrator: TestPerson;
let server: Server;
let accountId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  const { certPath, keyPath } = ours.issue('hub', 'serverAuth');
  const settings = { httpsCertificate: certPath, httpsKey: keyPath, httpsClientCa: ours.caPath };
  server = createHubServer(makeApp(hub.services, { version: 'test' }), settings);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  administrator = await hub.signIn();
  accountId = (
    await administrator.read(serviceAccount, '/api/v1/service-accounts', {
      method: 'POST',
      body: { name: 'Machine with a certificate', purpose: 'Reads the list' },
    })
  ).id;
});
afterAll(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  await hub.close();
  await database.close();
  ours.close();
  foreign.close();
});

/** One request over its own TLS connection, with a client certificate or without. */
function ask(
  path: string,
  client?: IssuedCertificate,
  more: RequestOptions = {},
): Promise<{ status: number; body: string }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      {
        host: '127.0.0.1',
        port,
        path: `/api/v1${path}`,
        ca: ours.ca,
        agent: false,
        ...(client === undefined ? {} : { cert: client.cert, key: client.key }),
        ...more,
      },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    request.once('error', reject);
    request.end();
  });
}

const register = (pem: string): Promise<Response> =>
  administrator.fetch(`/api/v1/service-accounts/${accountId}/certificates`, {
    method: 'POST',
    body: { name: 'its certificate', scope: ['recording.list'], certificate: pem, days: 365 },
  });

describe('a hub that serves HTTPS itself', () => {
  test('lets in people without a client certificate, as nobody yet', async () => {
    expect((await ask('/session')).status).toBe(401);
    expect((await ask('/openapi.json')).status).toBe(200);
  });

  test('knows a machine by a certificate that an administrator registered, within its scope, until it is revoked', async () => {
    expect((await ask('/recordings', machine)).status).toBe(401);
    const answer = await register(machine.cert);
    const registered = registeredCertificate.parse(await answer.json());
    // As long as the certificate itself is valid, though more was asked for.
    expect(Date.parse(registered.expiresAt)).toBeLessThanOrEqual(Date.now() + 10 * 86_400_000);
    expect((await ask('/recordings', machine)).status).toBe(200);
    expect((await ask('/people', machine)).status).toBe(403);
    expect((await register(machine.cert)).status).toBe(409);
    await administrator.read(serviceAccountList, `/api/v1/service-credentials/${registered.id}/revoke`, {
      method: 'POST',
      body: { reason: 'The machine is gone' },
    });
    expect((await ask('/recordings', machine)).status).toBe(401);
  });

  test('does not take one that nobody registered, nor a registered one that none of our authorities vouches for', async () => {
    expect((await ask('/recordings', stranger)).status).toBe(401);
    expect((await register(impostor.cert)).status).toBe(201);
    expect((await ask('/recordings', impostor)).status).toBe(401);
  });

  test('gives a person with a cookie what the person may, whatever certificate the browser shows', async () => {
    expect((await register(stranger.cert)).status).toBe(201);
    const auditor = await hub.signIn('auditor');
    const as = { headers: { cookie: auditor.cookie, 'User-Agent': 'node' } };
    expect(JSON.parse((await ask('/session', stranger, as)).body)).toMatchObject({
      user: { role: 'auditor' },
    });
  });

  test('refuses what is no certificate, and settings that do not belong together', async () => {
    expect(
      (await register('-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n')).status,
    ).toBe(400);
    const app = makeApp(hub.services, { version: 'test' });
    const wrong = {
      httpsCertificate: stranger.certPath,
      httpsKey: machine.keyPath,
      httpsClientCa: undefined,
    };
    expect(() => createHubServer(app, wrong)).toThrow(expect.objectContaining({ code: 'config_invalid' }));
    expect(() => createHubServer(app, { ...wrong, httpsKey: undefined })).toThrow(
      expect.objectContaining({ code: 'config_invalid' }),
    );
  });
});
