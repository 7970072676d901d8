import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ensureEmbeddedSearch } from '../../../connections/ensure-embedded-search.ts';
import { newId } from '../../../../recorder-core/records/ids.ts';
import { addConnectionRow } from '../../../../test/support/connection-row.ts';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { searchPage } from '../../schemas/search.ts';

jest.setTimeout(90_000); // a database is made and people sign in

const MONDAY = Date.parse('2026-11-16T08:00:00.000Z');
const UNKNOWN = '0190c0de-0000-7000-8000-00000000ffff';

/** What an engine says, true or not: one that lies, lags or is away must lead nobody astray. */
interface Told {
  readonly id: string;
  readonly startedAt: string;
  readonly revision: number;
}

let database: TestDatabase;
let hub: TestHub;
let engine: Server;
let told: Told[] = [];
let away = false;
const asked: { query: unknown; size: number; search_after?: [number, string] }[] = [];
const ids: string[] = [];
let builtInId: string;
let engineId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  builtInId = newId(Date.now());
  await database.db.forTenant(database.tenantId, (tx) =>
    ensureEmbeddedSearch(tx, database.tenantId, builtInId, new Date()),
  );
  for (let n = 0; n < 12; n += 1) {
    const startedAt = new Date(MONDAY + n * 60_000).toISOString();
    const kind = { startedAt, department: n % 2 === 0 ? 'sales' : 'service' };
    const wall = n === 3 ? { classification: 'hr' } : {};
    ids.push(
      await addRecordingRow(database.db, database.tenantId, { ...kind, ...wall }, { name: 'Zoë Berg' }),
    );
  }
  await database.asOwner(
    `insert into party (tenant_id, id, recording_id, ordinal, name, address)
     select tenant_id, gen_random_uuid(), id, 0, 'Zoë Berg', 'tel:+49 30 1234-567' from recording`,
  );
  engine = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('x-elastic-product', 'Elasticsearch');
      response.setHeader('content-type', 'application/vnd.elasticsearch+json;compatible-with=8');
      if (away) return response.writeHead(503).end('{}');
      const search = JSON.parse(Buffer.concat(chunks).toString()) as (typeof asked)[number];
      asked.push(search);
      const from = search.search_after?.[1];
      const after = from === undefined ? told : told.slice(told.findIndex(({ id }) => id === from) + 1);
      const hits = after.slice(0, search.size).map((one) => ({ _index: 'x', _id: one.id, _source: one }));
      return response.end(JSON.stringify({ took: 1, timed_out: false, hits: { hits } }));
    });
  }).listen(0, '127.0.0.1');
  await once(engine, 'listening');
  engineId = await addConnectionRow(database, {
    connector: 'elasticsearch',
    name: 'Own engine',
    config: { node: `http://127.0.0.1:${(engine.address() as AddressInfo).port}` },
    credential: { keys: hub.services.keys, value: { type: 'basic', username: 'u', password: 'p' } },
    first: { connectorVersion: '1.1.0' },
  });
});
beforeEach(() => {
  away = false;
  asked.length = 0;
  told = everything();
});
afterAll(async () => {
  engine.close();
  await hub.close();
  await database.close();
});

/** What the engine knows of all recordings, newest first. */
function everything(revision = 9e15): Told[] {
  return ids
    .map((id, n) => ({ id, revision, startedAt: new Date(MONDAY + n * 60_000).toISOString() }))
    .reverse();
}
const found = (someone: TestPerson, query: string) => someone.read(searchPage, `/api/v1/search?${query}`);

/** Somebody of the department sales, who sees half of the recordings and none behind a wall. */
async function ofSales(): Promise<TestPerson> {
  const made = await hub.signIn('supervisor');
  await database.asOwner("update app_user set department = 'sales' where id = $1", [made.userId]);
  return made;
}
const even = () => ids.filter((_id, n) => n % 2 === 0).reverse();

describe('a search', () => {
  test('shows of what an engine finds what the list would show, page by page, with cursors of what is shown', async () => {
    const someone = await ofSales();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await found(someone, `q=zoe&limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`);
      expect(page.engine).toMatchObject({ id: engineId, name: 'Own engine', builtIn: false, waiting: 0 });
      seen.push(...page.items.map(({ recording }) => recording.id));
      cursor = page.nextCursor;
      if (cursor !== undefined) expect(Buffer.from(cursor, 'base64url').toString()).toContain(seen.at(-1));
    } while (cursor !== undefined);
    expect(seen).toEqual(even());
    expect(asked[1]?.search_after).toEqual([MONDAY + 8 * 60_000, ids[8]]);
  });

  test('marks words in what is shown, from the records and not from the engine', async () => {
    const page = await found(await ofSales(), 'q=zo%20%2B4930123&limit=1');
    expect(page.items[0]?.highlights).toEqual([
      { field: 'name', text: 'Zoë Berg', marks: [[0, 2]] },
      { field: 'address', text: 'tel:+49 30 1234-567', marks: [[5, 14]] },
    ]);
    expect((await found(await ofSales(), 'q=elsewhere&limit=1')).items[0]?.highlights).toEqual([]);
  });

  test('is not led astray by an engine that lags, lies or names what was never recorded', async () => {
    told = [{ id: UNKNOWN, startedAt: new Date(MONDAY + 9e6).toISOString(), revision: 1 }, ...everything(0)];
    const page = await found(await ofSales(), 'q=zoe');
    expect(page.items.map(({ recording, outdated }) => [recording.id, outdated])).toEqual(
      even().map((id) => [id, true]),
    );
    expect(page.complete).toBe(true);
    expect(JSON.stringify(page)).not.toContain(UNKNOWN);
  });

  test('finds restricted recordings for nobody who may not know who spoke in them', async () => {
    await database.asOwner(
      `update recording set restriction = '[{"id":"g","why":"w","since":"2026-11-16T08:00:00.000Z","rules":[],"purposes":[]}]'
        where id = $1`,
      [ids[10]],
    );
    try {
      const seen = (await found(await ofSales(), 'q=zoe')).items.map(({ recording }) => recording.id);
      expect(seen).toEqual(even().filter((id) => id !== ids[10]));
    } finally {
      await database.asOwner('update recording set restriction = null');
    }
  });

  test('stops looking at some point, says so, and tells no place of what is hidden', async () => {
    const hidden = (n: number) => `0190c0de-0000-7000-9000-${n.toString(16).padStart(12, '0')}`;
    told = Array.from({ length: 6000 }, (_none, n) => ({
      id: hidden(6000 - n),
      startedAt: new Date(MONDAY + 9e6 - n).toISOString(),
      revision: 1,
    }));
    const page = await found(await ofSales(), 'q=zoe');
    expect(page).toMatchObject({ items: [], complete: false });
    expect(page.nextCursor).toBeUndefined();
    expect(asked).toHaveLength(25);
  });

  test('is answered by the built-in search where the engine is away, which is said, or where it is asked for', async () => {
    away = true;
    const someone = await ofSales();
    const page = await found(someone, 'q=zoe&limit=3');
    expect(page.engine).toMatchObject({ id: builtInId, builtIn: true });
    expect(page.insteadOf).toMatchObject({ name: 'Own engine' });
    expect(page.items.map(({ recording }) => recording.id)).toEqual(even().slice(0, 3));
    const chosen = await found(someone, `q=zoe&limit=3&in=${builtInId}&cursor=${page.nextCursor ?? ''}`);
    expect(chosen.insteadOf).toBeNull();
    expect(chosen.items.map(({ recording }) => recording.id)).toEqual(even().slice(3, 6));
    expect(chosen.engines.map(({ name }) => name)).toEqual(['Own engine', 'Built-in search']);
  });

  test('is refused without words, in an engine that is not there, and to who may list nothing', async () => {
    const someone = await ofSales();
    for (const [query, status, field] of [
      ['q=%20', 400, '/query/q'],
      ['limit=5', 400, '/query/q'],
      [`q=zoe&in=${UNKNOWN}`, 404, '/query/in'],
      ['q=zoe&party=x', 400, '/query'],
    ] as const)
      expect((await readProblem(someone.fetch(`/api/v1/search?${query}`), status)).field).toContain(field);
    expect((await hub.fetch('/api/v1/search?q=zoe')).status).toBe(401);
  });
});
