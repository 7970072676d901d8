import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../recorder-core/records/database.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { CONSOLE, parseExactly, readProblem, startTestHub, type TestHub } from '../../test/support/test-hub.ts';
import { parseLeaf } from '../../recorder-core/ledger/leaf.ts';
import { readLeavesAbout } from '../../recorder-core/records/ledger-log.ts';
import { readiness } from './schemas/session.ts';

const UNKNOWN = '0198c0de-0000-7000-8000-00000000dead';
const REPORT = {
  ready: false,
  version: '1.2.3',
  checks: [{ name: 'database', ok: false, detail: 'connect ECONNREFUSED 10.1.2.3:5432' }],
};
let database: TestDatabase;
let folder: string;
let hub: TestHub;

beforeAll(async () => {
  database = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-console-'));
  await mkdir(join(folder, 'console/assets'), { recursive: true });
  await writeFile(join(folder, 'console/index.html'), '<title>the console</title>');
  await writeFile(join(folder, 'console/assets/app-1a2b.js'), 'console');
  await writeFile(join(folder, 'console/.secret'), 'TREASURE');
  await writeFile(join(folder, 'secret.txt'), 'TREASURE');
  hub = await startTestHub(
    database,
    { readiness: () => Promise.resolve(REPORT) },
    { consoleFolder: join(folder, 'console') },
  );
});
afterAll(async () => {
  await hub.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

/** A request whose path is sent exactly as written. */
async function raw(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const { hostname, port } = new URL(hub.url);
  const request = httpRequest({ hostname, port, path, headers });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

describe('a request that is refused', () => {
  test('for want of a session gets the same answer on every path of the API', async () => {
    for (const path of ['/recordings', `/recordings/${UNKNOWN}`, `/recordings/${UNKNOWN}/audio`, '/holds', '/session'])
      expect(await readProblem(hub.fetch(`/api/v1${path}`), 401)).toMatchObject({
        type: 'https://holdfast.example/problems/unauthenticated',
        code: 'unauthenticated',
      });
  });

  test('for want of the console header is refused before anything else is looked at', async () => {
    const { cookie } = await hub.signIn();
    for (const [path, method] of [
      ['/holds', 'POST'],
      [`/holds/${UNKNOWN}/release`, 'POST'],
      ['/session', 'DELETE'],
    ] as const) {
      const answer = hub.fetch(`/api/v1${path}`, { method, headers: { cookie }, body: {} });
      expect((await readProblem(answer, 403)).detail).toContain('X-Holdfast-Console');
    }
  });

  test('for its role is in the ledger with the act and the rule, and nothing is done', async () => {
    const { userId, fetch } = await hub.signIn('engineer');
    const place = { method: 'POST', body: { matter: 'M', reason: 'R', recordingIds: [UNKNOWN] } };
    await readProblem(fetch('/api/v1/holds', place), 403);
    await readProblem(fetch(`/api/v1/recordings/${UNKNOWN}`), 403);
    await readProblem(fetch(`/api/v1/recordings/${UNKNOWN}/audio`), 403);
    await readProblem(fetch('/api/v1/recordings'), 200).catch(() => undefined); // allowed: no leaf
    const leaves = await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, userId));
    const refused = leaves.filter(({ act }) => act === 'access.refused');
    expect(refused.map(({ body }) => parseLeaf(body))).toMatchObject(
      ['hold.place', 'recording.read', 'recording.play'].map((act) => ({
        outcome: 'refused',
        rules: ['access/default-deny'],
        facts: { act },
      })),
    );
    expect(refused[0]!.openings).toEqual([{ name: 'actor', value: 'Test engineer' }]);
    expect(await database.asOwner('select from hold')).toEqual([]);
  });

  test('for a role that does not exist is refused everything', async () => {
    const { fetch } = await hub.signIn('superuser');
    for (const path of ['/recordings', '/holds', `/recordings/${UNKNOWN}/custody`])
      await readProblem(fetch(`/api/v1${path}`), 403);
  });

  test('for its path is a problem document, below /api and for every method', async () => {
    const { fetch } = await hub.signIn();
    for (const path of ['/api/v1/nothing', '/api/v1', '/api', '/api/v2/recordings', '/api/v1/recordings/x/y/z'])
      expect(await readProblem(fetch(path), 404)).toMatchObject({ code: 'not_found' });
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect(await readProblem(fetch('/api/v1/recordings', { method }), 404)).toMatchObject({ code: 'not_found' });
    await readProblem(fetch('/recordings', { method: 'POST' }), 404);
  });

  test('for an id that is none names the parameter', async () => {
    const { fetch } = await hub.signIn();
    for (const path of ['x', "'; drop table hold; --", '%2e%2e%2fetc', '1', `${UNKNOWN}%00`])
      for (const end of ['', '/audio', '/custody', '/waveform']) {
        const answer = fetch(`/api/v1/recordings/${path}${end}`);
        expect(await readProblem(answer, 400)).toMatchObject({ code: 'invalid_input', field: '/params/id' });
      }
    expect(await readProblem(fetch('/api/v1/recordings/%E0%A4%A'), 400)).toMatchObject({ code: 'invalid_input' });
  });
});

describe('a body', () => {
  const place = (body: unknown, headers: Record<string, string> = {}) =>
    hub.signIn().then(({ fetch }) => fetch('/api/v1/holds', { method: 'POST', body, headers }));

  test('that is no JSON, or no object, is refused', async () => {
    for (const body of ['{"matter":', '', 'null', '"text"', '7', '{"a":1}}', '[1,2', '\u0000'])
      expect(await readProblem(place(body), 400)).toMatchObject({ code: 'invalid_input' });
    expect(await readProblem(place('{"matter":'), 400)).toMatchObject({ field: '/body' });
  });

  test('that is too large is refused, also where it is small on the wire', async () => {
    expect(await readProblem(place({ matter: 'x'.repeat(1_100_000) }), 413)).toMatchObject({ code: 'too_large' });
  });

  test('in an encoding or a character set that we do not read is refused as such', async () => {
    await readProblem(place({}, { 'Content-Encoding': 'zstandard' }), 415);
    await readProblem(place({}, { 'Content-Type': 'application/json; charset=iso-8859-1' }), 415);
    await readProblem(place({}, { 'Content-Encoding': 'gzip' }), 400); // it says so, and is not
  });

  test('of another form gets the name of the field that is at fault', async () => {
    const good = { matter: 'M-1', reason: 'why', recordingIds: [UNKNOWN] };
    const cases: [unknown, string][] = [
      [{}, '/body/matter'],
      [[], '/body'],
      [{ ...good, matter: '   ' }, '/body/matter'],
      [{ ...good, matter: 'x'.repeat(201) }, '/body/matter'],
      [{ ...good, reason: 7 }, '/body/reason'],
      [{ ...good, recordingIds: [] }, '/body/recordingIds'],
      [{ ...good, recordingIds: [UNKNOWN, 'x'] }, '/body/recordingIds/1'],
      [{ ...good, recordingIds: Array.from({ length: 501 }, () => UNKNOWN) }, '/body/recordingIds'],
      [{ ...good, force: true }, '/body/force'],
      [{ ...good, 'a/b~c': 1 }, '/body/a~1b~0c'],
      [{ ...good, matter: 'a\u0000b' }, '/body/matter'],
      [{ ...good, reason: 'lone \ud800 half' }, '/body/reason'],
    ];
    for (const [body, field] of cases) {
      const found = await readProblem(place(body), 400);
      expect({ body, field: found.field, code: found.code }).toEqual({ body, field, code: 'invalid_input' });
    }
    expect(await database.asOwner('select from hold')).toEqual([]);
  });

  test('never changes what all objects have', async () => {
    await place('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('a query', () => {
  test('of another form gets the name of the parameter that is at fault', async () => {
    const { fetch } = await hub.signIn();
    const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const cases: [string, string][] = [
      ['limit=0', '/query/limit'],
      ['limit=101', '/query/limit'],
      ['limit=ten', '/query/limit'],
      ['limit=1.5', '/query/limit'],
      ['state=lost', '/query/state'],
      ['held=maybe', '/query/held'],
      ['hold=true', '/query/hold'],
      [`q=${'x'.repeat(201)}`, '/query/q'],
      ['q=a&q=b', '/query/q'],
      ['q=a%00b', '/query/q'],
      ['cursor=x', '/query/cursor'],
      [`cursor=${cursor([1, "' or 1=1"])}`, '/query/cursor'],
      [`cursor=${cursor([-1, UNKNOWN])}`, '/query/cursor'],
      [`cursor=${cursor([1e15, UNKNOWN])}`, '/query/cursor'],
      [`cursor=${cursor(['infinity', UNKNOWN])}`, '/query/cursor'],
      [`cursor=${cursor([1, UNKNOWN, 1])}`, '/query/cursor'],
    ];
    for (const [query, field] of cases) {
      const found = await readProblem(fetch(`/api/v1/recordings?${query}`), 400);
      expect({ query, field: found.field }).toEqual({ query, field });
    }
    expect(await readProblem(fetch('/api/v1/holds?recordingId=x'), 400)).toMatchObject({
      field: '/query/recordingId',
    });
  });
});

describe('every answer', () => {
  test('carries the headers that keep it from being framed, sniffed, kept or run', async () => {
    const { fetch } = await hub.signIn();
    for (const path of ['/', '/healthz', '/api/v1/session', '/api/v1/nothing', '/assets/app-1a2b.js']) {
      const { headers } = await fetch(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
      if (path.startsWith('/api')) expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  test('says that the database is away where it is, and that to try again makes sense', async () => {
    const away = openDatabase('postgres://nobody@127.0.0.1:1/none');
    const broken = await startTestHub(database, { db: away });
    try {
      const { cookie } = await hub.signIn();
      const answer = await readProblem(broken.fetch('/api/v1/session', { headers: { cookie } }), 503);
      expect(answer).toMatchObject({ code: 'unavailable' });
      expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|ECONN/);
    } finally {
      await broken.close();
      await away.close();
    }
  });
});

describe('the console', () => {
  test('is one page for all screens, and its assets may be kept for ever', async () => {
    for (const path of ['/', '/sign-in', `/recordings/${UNKNOWN}`]) {
      const answer = await hub.fetch(path);
      expect(await answer.text()).toContain('the console');
      expect(answer.headers.get('cache-control')).toBe('no-cache');
    }
    const asset = await hub.fetch('/assets/app-1a2b.js');
    expect(asset.headers.get('cache-control')).toContain('immutable');
  });

  test('has no asset that is not there', async () => {
    expect(await readProblem(hub.fetch('/assets/app-old.js'), 404)).toMatchObject({ code: 'not_found' });
    expect(hub.log.filter((line) => line.includes('request failed'))).toEqual([]);
  });

  test('gives no file outside its folder and no hidden one, however it is asked', async () => {
    const outside = ['..', '%2e%2e', '.%2e', '..%5c', '..%00', '%252e%252e', '....//'];
    const paths = [
      ...outside.flatMap((up) => [
        `/${up}/secret.txt`,
        `/assets/${up}/${up}/secret.txt`,
        `/${up}%2fsecret.txt`,
        `/assets/${up}%2f${up}%2fsecret.txt`,
      ]),
      '/.secret',
      '/assets/../.secret',
      `/${join(dirname(folder), 'secret.txt')}`,
      `//${folder}/secret.txt`,
      '/%00',
      '/assets/%c0%ae%c0%ae/secret.txt',
      '/assets/',
    ];
    for (const path of paths) {
      const response = await raw(path);
      const body = await text(response);
      expect(body).not.toContain('TREASURE');
      expect({ path, status: response.statusCode }).toEqual({ path, status: expect.any(Number) });
      expect({ path, broken: response.statusCode! >= 500 }).toEqual({ path, broken: false });
    }
  });
});

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
    for (const headers of [{ Forwarded: 'for=203.0.113.9' }, { Via: '1.1 proxy' }, { Host: 'rebound.example' }]) {
      const response = await raw('/readyz', headers as Record<string, string>);
      expect(JSON.parse(await text(response))).toEqual({ ready: false, checks: [] });
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

test('without a built console every path that is not the API is a problem document', async () => {
  const bare = await startTestHub(database);
  try {
    await readProblem(bare.fetch('/'), 404);
    await readProblem(bare.fetch('/x', { method: 'POST', headers: CONSOLE }), 404);
  } finally {
    await bare.close();
  }
});
