import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../recorder-core/records/database.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub } from '../../test/support/test-hub.ts';
import { parseLeaf } from '../../recorder-core/ledger/leaf.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';

const UNKNOWN = '0198c0de-0000-7000-8000-00000000dead';
let database: TestDatabase;
let folder: string;
let hub: TestHub;

beforeAll(async () => {
  database = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-console-'));
  await writeFile(join(folder, 'index.html'), '<title>the console</title>');
  hub = await startTestHub(database, {}, { consoleFolder: folder });
});
afterAll(async () => {
  await hub.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a request that is refused', () => {
  test('for want of a session gets the same answer on every path of the API', async () => {
    for (const path of [
      '/recordings',
      `/recordings/${UNKNOWN}`,
      `/recordings/${UNKNOWN}/audio`,
      '/holds',
      '/session',
    ])
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
    const leaves = await database.db.forTenant(database.tenantId, (tx) =>
      readLeavesAbout(tx, [userId, UNKNOWN]),
    );
    const refused = leaves.filter(({ act }) => act === 'access.refused');
    const recording = { type: 'recording', id: UNKNOWN };
    expect(refused.map(({ body }) => parseLeaf(body))).toMatchObject(
      [
        { act: 'hold.place', object: { type: 'user', id: userId } },
        { act: 'recording.read', object: recording },
        { act: 'recording.play', object: recording },
      ].map(({ act, object }) => ({
        object,
        outcome: 'refused',
        rules: ['access/default-deny'],
        facts: { act },
      })),
    );
    expect(refused[0]!.openings[0]).toMatchObject({ name: 'actor', value: 'Test engineer' });
    expect(await database.asOwner('select from hold')).toEqual([]);
  });

  test('for a role that does not exist is refused everything', async () => {
    const { fetch } = await hub.signIn('superuser');
    for (const path of ['/recordings', '/holds', `/recordings/${UNKNOWN}/custody`])
      await readProblem(fetch(`/api/v1${path}`), 403);
  });

  test('for its path is a problem document, below /api and for every method', async () => {
    const { fetch } = await hub.signIn();
    for (const path of [
      '/api/v1/nothing',
      '/api/v1',
      '/api',
      '/api/v2/recordings',
      '/api/v1/recordings/x/y/z',
    ])
      expect(await readProblem(fetch(path), 404)).toMatchObject({ code: 'not_found' });
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect(await readProblem(fetch('/api/v1/recordings', { method }), 404)).toMatchObject({
        code: 'not_found',
      });
    await readProblem(fetch('/recordings', { method: 'POST' }), 404);
  });

  test('for an id that is none names the parameter', async () => {
    const { fetch } = await hub.signIn();
    for (const path of ['x', "'; drop table hold; --", '%2e%2e%2fetc', '1', `${UNKNOWN}%00`])
      for (const end of ['', '/audio', '/custody', '/waveform']) {
        const answer = fetch(`/api/v1/recordings/${path}${end}`);
        expect(await readProblem(answer, 400)).toMatchObject({ code: 'invalid_input', field: '/params/id' });
      }
    expect(await readProblem(fetch('/api/v1/recordings/%E0%A4%A'), 400)).toMatchObject({
      code: 'invalid_input',
    });
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
    expect(await readProblem(place({ matter: 'x'.repeat(1_100_000) }), 413)).toMatchObject({
      code: 'too_large',
    });
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
    for (const path of ['/', '/healthz', '/api/v1/session', '/api/v1/nothing', '/assets/none.js']) {
      const { headers } = await fetch(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
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
