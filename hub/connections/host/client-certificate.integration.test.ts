import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { AUTHORITY, IDENTITIES } from '../../../recorder-core/sip/test-support/certificates.ts';
import { observedHost } from '../../../test/support/connectors/observed-host.ts';
import { inertConnector } from '../../../test/support/connectors/inert-connector.ts';

let server: Server;
let url: string;

// Trust is the process's, and the next test file may run in the same one.
const trusted = getCACertificates('default');

beforeAll(async () => {
  setDefaultCACertificates([...trusted, AUTHORITY]);
  const { key, cert } = IDENTITIES.server;
  server = createServer({ key, cert, ca: AUTHORITY, requestCert: true }, (request, response) => {
    response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
  setDefaultCACertificates(trusted);
});

const connector = inertConnector({
  auth: [{ type: 'mtls', title: 'Client certificate' }],
  rate: { requestsPerSecond: 100, burst: 100 },
});

async function post({ key, cert }: { readonly key: string; readonly cert: string }) {
  const work = new AbortController();
  const { host } = observedHost();
  const credential = { type: 'mtls', certificate: cert, privateKey: key };
  const open = { id: randomUUID(), tenantId: randomUUID(), config: { url }, credential };
  const { http } = await host.contextFor(connector, open, { signal: work.signal });
  try {
    return Buffer.from((await http.request({ method: 'POST', url: `${url}/x`, body: 'x' })).body).toString();
  } finally {
    work.abort();
    await host.close();
  }
}

describe('a client certificate', () => {
  test('is shown to the remote system', async () => {
    expect(await post(IDENTITIES.client)).toBe('sbc.example');
  });
});
