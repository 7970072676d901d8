import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { parseExactly, readProblem, startTestHub, type TestHub } from '../../../../test/support/test-hub.ts';
import { readiness } from '../../schemas/session.ts';

const UNKNOWN = '0198c0de-0000-7000-8000-00000000dead';
const REPORT = {
  ready: false,
  version: '1.2.3',
  checks: [{ name: 'database', ok: false, detail: 'connect ECONNREFUSED 10.1.2.3:5432' }],
};
let database: TestDatabase;
let hub: TestHub;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database, { readiness: () => Promise.resolve(REPORT) });
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

/** The readiness report for a request with these headers, the Host among them. */
async function readinessFor(headers: Record<string, string>): Promise<unknown> {
  const { hostname, port } = new URL(hub.url);
  const request = httpRequest({ hostname, port, path: '/readyz', headers });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return json(response);
}

describe('health, readiness and metrics', () => {
  const AFAR = { 'X-Forwarded-For': '203.0.113.9' };

  test('tell anybody whether the hub lives and is ready, and nothing of the house', async () => {
    expect(await (await hub.fetch('/healthz', { headers: AFAR })).json()).toEqual({ alive: true });
    const answer = await hub.fetch('/readyz', { headers: AFAR });
    expect(answer.status).toBe(503);
    expect(parseExactly(readiness, await answer.json())).toEqual({ ready: false, checks: [] });
  });

  test('tell the operator on the machine and the person signed in what is not ready', async () => {
    expect(await (await hub.fetch('/readyz')).json()).toEqual(REPORT);
    const { fetch } = await hub.signIn('auditor');
    const answer = await fetch('/readyz', { headers: AFAR });
    expect({ status: answer.status, report: await answer.json() }).toEqual({ status: 503, report: REPORT });
  });

  test('give the metrics on the machine and to those who may see the system, and to nobody else', async () => {
    const local = await hub.fetch('/metrics');
    expect(local.headers.get('content-type')).toContain('text/plain');
    expect(await local.text()).toContain('holdfast_http_request_seconds_bucket');
    await readProblem(hub.fetch('/metrics', { headers: AFAR }), 401);
    const { fetch } = await hub.signIn('auditor');
    expect((await fetch('/metrics', { headers: AFAR })).status).toBe(200);
    const stranger = await hub.signIn('superuser');
    await readProblem(stranger.fetch('/metrics', { headers: AFAR }), 403);
  });

  test('take nobody for the machine itself behind a proxy or under a foreign name', async () => {
    for (const headers of [
      { Forwarded: 'for=203.0.113.9' },
      { Via: '1.1 proxy' },
      { Host: 'rebound.example' },
    ]) {
      expect(await readinessFor(headers as Record<string, string>)).toEqual({ ready: false, checks: [] });
    }
    const behindTls = await startTestHub(database, { secureCookies: true });
    try {
      await readProblem(behindTls.fetch('/metrics'), 401); // whoever ends TLS stands on this machine too
    } finally {
      await behindTls.close();
    }
  });

  test('name requests by their route, never by an id', async () => {
    const { fetch } = await hub.signIn();
    await fetch(`/api/v1/recordings/${UNKNOWN}`);
    await fetch('/api/v1/Agent%20Smith');
    const metrics = await (await hub.fetch('/metrics')).text();
    expect(metrics).toContain('route="/recordings/:id"');
    expect(metrics).not.toMatch(/0198c0de|Smith/);
  });
});
