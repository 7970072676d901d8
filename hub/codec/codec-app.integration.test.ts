import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { parseLeaf } from '../../recorder-core/ledger/leaf.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { openCommandSession } from '../identity/command-session.ts';
import { openPayloadCodec } from '../worker/payload-codec.ts';
import { makeCodecApp } from './codec-app.ts';
import type { WirePayload } from './decode-payloads.ts';

const NAMESPACE = 'holdfast';
const UI = 'https://temporal.example';
const codec = openPayloadCodec({ activeKeyId: 'k', keys: new Map([['k', Buffer.alloc(32, 7)]]) });
const other = openPayloadCodec({ activeKeyId: 'x', keys: new Map([['x', Buffer.alloc(32, 8)]]) });

let database: TestDatabase;
let hub: TestHub;
let server: Server;
let url: string;
let engineer: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  const { db, log, now } = hub.services;
  server = createServer(makeCodecApp({ codec, db, namespace: NAMESPACE, origin: UI, log, now }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/decode`;
  engineer = await hub.signIn('engineer');
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await hub.close();
  await database.close();
});

const wire = ({ metadata, data }: Payload): WirePayload => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
  ),
  data: Buffer.from(data ?? []).toString('base64'),
});
const encrypted = async (value: unknown, by = codec): Promise<WirePayload> => {
  const [payload] = await by.encode([defaultPayloadConverter.toPayload(value)!]);
  return wire(payload!);
};
const ask = (payloads: readonly unknown[], headers: Record<string, string>): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Namespace': NAMESPACE, ...headers },
    body: JSON.stringify({ payloads }),
  });
const contentOf = ({ data }: WirePayload): string => Buffer.from(data ?? '', 'base64').toString();
const leavesOfNamespace = async () => {
  const leaves = await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, [NAMESPACE]));
  return leaves.map(({ body }) => parseLeaf(body));
};

describe('the codec server', () => {
  test('decodes what is of the tenant, withholds what names another, passes on what was never encrypted; a leaf counts them', async () => {
    const plain = wire(defaultPayloadConverter.toPayload('in the clear')!);
    const mine = await encrypted({ recording: { tenantId: database.tenantId, recordingId: 'r' } });
    const theirs = await encrypted({
      claimed: [{ tenantId: database.tenantId }, { tenantId: randomUUID() }],
    });
    const nobodys = await encrypted({ partition: 1 });
    const answer = await ask([plain, mine, theirs, nobodys], { Cookie: engineer.cookie, Origin: UI });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(UI);
    const { payloads } = (await answer.json()) as { payloads: WirePayload[] };
    expect(payloads.map(contentOf)).toEqual([
      '"in the clear"',
      JSON.stringify({ recording: { tenantId: database.tenantId, recordingId: 'r' } }),
      contentOf(theirs),
      '{"partition":1}',
    ]);
    const leaf = (await leavesOfNamespace()).at(-1);
    expect(leaf).toMatchObject({ act: 'payload.decoded', facts: { decoded: 2, withheld: 1 } });
  });

  test('knows a person by a token of the command line, until it ends', async () => {
    const { db } = database;
    const { token } = await openCommandSession(db, database.tenantId, new Date(), engineer.userId);
    const bearer = { Authorization: `Bearer ${token}` };
    expect((await ask([await encrypted(1)], bearer)).status).toBe(200);
    const old = await openCommandSession(
      db,
      database.tenantId,
      new Date(Date.now() - 3_700_000),
      engineer.userId,
    );
    await readProblem(ask([], { Authorization: `Bearer ${old.token}` }), 401);
  });

  test('refuses who is nobody, and with a leaf whose role may not', async () => {
    await readProblem(ask([], {}), 401);
    await readProblem(ask([], { Authorization: 'Bearer nonsense' }), 401);
    const auditor = await hub.signIn('auditor');
    await readProblem(ask([await encrypted(1)], { Cookie: auditor.cookie }), 403);
    expect((await leavesOfNamespace()).at(-1)).toMatchObject({
      act: 'access.refused',
      rules: ['access/default-deny'],
    });
  });

  test('refuses pages of other origins, other namespaces, other bodies, and has nothing but /decode', async () => {
    const { cookie } = engineer;
    const before = (await leavesOfNamespace()).length;
    await readProblem(ask([], { Cookie: cookie, Origin: 'https://elsewhere.example' }), 403);
    await readProblem(ask([], { Cookie: cookie, 'X-Namespace': 'default' }), 403);
    await readProblem(ask([{ data: 'no base64!' }], { Cookie: cookie }), 400);
    await readProblem(
      ask(
        Array.from({ length: 2_001 }, () => ({})),
        { Cookie: cookie },
      ),
      400,
    );
    await readProblem(fetch(url.replace('decode', 'encode'), { method: 'POST' }), 404);
    const preflight = await fetch(url, { method: 'OPTIONS', headers: { Origin: UI } });
    expect([preflight.status, preflight.headers.get('access-control-allow-credentials')]).toEqual([
      204,
      'true',
    ]);
    expect((await leavesOfNamespace()).length).toBe(before);
  });

  test('says which key it lacks, and that a payload was altered', async () => {
    const { cookie } = engineer;
    const unknown = await readProblem(ask([await encrypted(1, other)], { Cookie: cookie }), 503);
    expect(unknown.detail).toContain('key x');
    const altered = await encrypted({ partition: 1 });
    const bytes = Buffer.from(altered.data!, 'base64');
    bytes[20]! ^= 1;
    await readProblem(ask([{ ...altered, data: bytes.toString('base64') }], { Cookie: cookie }), 500);
  });
});
