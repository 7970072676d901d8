import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import pg from 'pg';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { countFacets } from '../../../../recorder-core/records/recording-facets.ts';
import { writeFilter, type RecordingFilter } from '../../../../recorder-core/records/recording-filter.ts';
import { writeAfter, writeOrder } from '../../../../recorder-core/records/recording-order.ts';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { recordingFacets, recordingPage, type RecordingSummary } from '../../schemas/recording.ts';
import { recordingsCsv } from './recordings-csv.ts';

jest.setTimeout(90_000); // a database is made, people sign in, and many searches are asked

const MONDAY = Date.parse('2026-11-16T08:00:00.000Z');
const DEPARTMENTS = ['sales', 'service', null];
const CLASSES = [null, null, 'hr', 'legal'];
const NAMES = ['Agnes Berg', 'Bruno Costa', '=HYPERLINK("http://example.com")'];

let database: TestDatabase;
let hub: TestHub;
let people: readonly TestPerson[];
const ids: string[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  for (let n = 0; n < 36; n += 1) {
    const name = NAMES[n % NAMES.length]!;
    const id = await addRecordingRow(
      database.db,
      database.tenantId,
      {
        startedAt: new Date(MONDAY + n * 3_600_000).toISOString(),
        durationMs: Math.floor(n / 3) * 30_000,
        department: DEPARTMENTS[n % 3]!,
        classification: CLASSES[n % 4]!,
        partial: n % 5 === 0,
        spoolNode: `node-${n % 2}`,
      },
      { name, number: `+49 30 5550${String(n).padStart(2, '0')}` },
    );
    ids.push(id);
  }
  // What the rest of the product writes later: as the owner, for no function of the product makes it at will.
  await database.asOwner(
    `insert into party (tenant_id, id, recording_id, ordinal, name, address)
     select r.tenant_id, gen_random_uuid(), r.id, 0, (array[$2, $3, $4])[1 + n % 3],
            'sip:+4930555' || lpad(n::text, 3, '0') || '@pbx.example'
       from (select *, row_number() over (order by started_at)::int - 1 as n from recording) r where tenant_id = $1`,
    [database.tenantId, ...NAMES],
  );
  await database.asOwner(
    `update recording r set state = case when n % 7 = 0 then 'captured' else 'retained' end,
            quality = case when n % 6 = 0 then '[{"lost": 0}, {"lost": 3}]' else '[{"lost": 0}]' end::jsonb
       from (select id, row_number() over (order by started_at)::int - 1 as n from recording) k where k.id = r.id`,
  );
  await database.asOwner(
    `update recording_retention r
        set retain_until = case when n % 9 > 0 then timestamptz '2030-01-01' + n / 2 * interval '2 days' end
       from (select id, row_number() over (order by started_at)::int - 1 as n from recording) k where k.id = r.recording_id`,
  );
  await database.asOwner(
    `insert into call_record (tenant_id, id, source, row_key, content, call_ids, started_at, answered, direction,
                              to_be_recorded, import_id, outcome, recording_id)
     select tenant_id, gen_random_uuid(), 'pbx', uuid_send(id), '\\x00', '{}', started_at, true,
            (array['inbound', 'outbound', 'unknown'])[1 + get_byte(uuid_send(id), 15) % 3], true, gen_random_uuid(), 'recorded', id
       from recording`,
  );
  const officer = await hub.signIn('compliance_officer');
  await officer.fetch('/api/v1/holds', {
    method: 'POST',
    body: { matter: 'Northwind', reason: 'Litigation', recordingIds: [ids[0], ids[4], ids[10]] },
  });
  const lead = await hub.signIn('supervisor');
  await database.asOwner("update app_user set department = 'sales' where id = $1", [lead.userId]);
  const auditor = await hub.signIn('auditor');
  await database.asOwner("update app_user set groups = '{hr}' where id = $1", [auditor.userId]);
  people = [officer, lead, auditor];
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

type Search = Readonly<Record<string, string>>;
const queryOf = (search: Search): string => new URLSearchParams(search).toString();

async function listed(person: TestPerson, search: Search): Promise<RecordingSummary[]> {
  const { items, nextCursor } = await person.read(
    recordingPage,
    `/api/v1/recordings?limit=100&${queryOf(search)}`,
  );
  expect(nextCursor).toBeUndefined();
  return items;
}
const countedFor = (person: TestPerson, search: Search) =>
  person.read(recordingFacets, `/api/v1/recordings/facets?${queryOf(search)}`);

function compared<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const flag = fc.constantFrom('true', 'false');
const searches = fc.record(
  {
    q: fc.constantFrom('agnes', 'bruno costa', 'hyperlink', 'nobody'),
    party: fc.constantFrom('Berg', '+49 30 555-012', '0049 (30) 5550', 'pbx.example', 'nobody'),
    state: fc.constantFrom('captured', 'retained', 'disposed'),
    held: flag,
    partial: flag,
    gaps: flag,
    direction: fc.constantFrom('inbound', 'outbound', 'internal'),
    recorder: fc.constantFrom('node-0', 'node-1'),
    department: fc.constantFrom('sales', 'service', 'nowhere'),
    classification: fc.constantFrom('hr', 'legal'),
    from: fc.constant(new Date(MONDAY + 6 * 3_600_000).toISOString()),
    to: fc.constant(new Date(MONDAY + 30 * 3_600_000).toISOString()),
    keptFrom: fc.constant('2030-01-05T00:00:00Z'),
    keptTo: fc.constant('2030-01-25T12:00:00+02:00'),
    minSeconds: fc.constant('40'),
    maxSeconds: fc.constant('300'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Search>;

describe('counts of a list', () => {
  test('are what the list gives with each value, for whoever asks', async () => {
    await fc.assert(
      fc.asyncProperty(searches, fc.nat(2), async (search, who) => {
        const person = people[who]!;
        const { total, complete, facets } = await countedFor(person, search);
        expect({ total, complete }).toEqual({ total: (await listed(person, search)).length, complete: true });
        const facet = facets[total % facets.length]!;
        for (const { value, count } of facet.values)
          expect({ of: facet.name, value, count }).toEqual({
            of: facet.name,
            value,
            count: (await listed(person, { ...search, [facet.name]: value })).length,
          });
      }),
      { numRuns: 12 },
    );
  });

  test('tell of every property at least one value, and of none that the list would not show', async () => {
    const { facets } = await countedFor(people[1]!, {});
    expect(facets.find(({ name }) => name === 'department')?.values.map(({ value }) => value)).toEqual([
      'sales',
    ]);
    expect(facets.find(({ name }) => name === 'classification')?.values).toEqual([]); // behind their walls
    const found = new Set(facets.filter(({ values }) => values.length > 0).map(({ name }) => name));
    for (const name of ['state', 'held', 'partial', 'gaps', 'direction', 'recorder', 'region'] as const)
      expect(found).toContain(name);
  });

  test('end at their bound, and say so', async () => {
    const { total, complete, facets } = await database.db.forTenant(database.tenantId, (tx) =>
      countFacets(tx, { state: 'retained' }, 10),
    );
    expect({ total, complete }).toEqual({ total: 10, complete: false });
    expect(facets.every((facet) => !facet.complete)).toBe(true);
    const sum = facets
      .find(({ name }) => name === 'partial')!
      .values.reduce((all, { count }) => all + count, 0);
    expect(sum).toBe(11); // one more than is told, to know that there are more
  });
});

describe('the list', () => {
  test('finds a party by its number in any way of writing it', async () => {
    for (const party of ['+4930555012', '0049 30 555 012', '(49) 30-555012', 'sip:+4930555012@pbx.example'])
      expect({ party, found: (await listed(people[0]!, { party })).map(({ id }) => id) }).toEqual({
        party,
        found: [ids[12]],
      });
  });

  test('and its counts end at their bound where each recording must be looked at, and say so', async () => {
    const counted = (filter: RecordingFilter) =>
      database.db.forTenant(database.tenantId, (tx) => countFacets(tx, filter, 100, 20));
    expect(await counted({ held: false })).toMatchObject({ total: 21, complete: false }); // one more, to know that there are more
    expect(await counted({ held: true })).toMatchObject({ total: 3, complete: true }); // named, so none was looked for
    const old = { held: false, to: new Date(MONDAY + 15 * 3_600_000).toISOString() };
    expect(await counted(old)).toMatchObject({ total: 12, complete: true }); // the bound begins at the end of the span
  });

  test('goes through all of it in every order, whatever is equal or missing, and takes no cursor of another', async () => {
    const keys: Record<string, (row: RecordingSummary) => number> = {
      startedAt: ({ startedAt }) => Date.parse(startedAt),
      durationMs: ({ durationMs }) => durationMs,
      keptUntil: ({ retainUntil }) => (retainUntil === null ? Infinity : Date.parse(retainUntil)),
    };
    const person = people[0]!;
    const all = await listed(person, {});
    for (const [by, key] of Object.entries(keys))
      for (const [sort, sign] of [
        [by, 1],
        [`-${by}`, -1],
      ] as const) {
        const found: RecordingSummary[] = [];
        let cursor: string | undefined;
        do {
          const search = queryOf({ sort, limit: '7', ...(cursor !== undefined && { cursor }) });
          const page = await person.read(recordingPage, `/api/v1/recordings?${search}`);
          found.push(...page.items);
          cursor = page.nextCursor;
          if (cursor !== undefined) {
            const other = sort === 'startedAt' ? 'durationMs' : 'startedAt';
            const asked = person.fetch(`/api/v1/recordings?sort=${other}&cursor=${cursor}`);
            expect((await readProblem(asked, 400)).field).toBe('/query/cursor');
          }
        } while (cursor !== undefined);
        const order = (a: RecordingSummary, b: RecordingSummary) =>
          sign * (compared(key(a), key(b)) || compared(a.id, b.id));
        expect(found.map(({ id }) => id)).toEqual(all.toSorted(order).map(({ id }) => id));
      }
    await readProblem(person.fetch('/api/v1/recordings?sort=name'), 400);
  });

  test('goes on by date of retention, and finds a span of dates, by the index: no row before is looked at', async () => {
    const planOf = async (write: (values: unknown[]) => string): Promise<string> => {
      const values: unknown[] = [];
      const condition = write(values);
      return database.db.forTenant(database.tenantId, async (tx) => {
        await tx.query('set local enable_seqscan = off');
        const { rows } = await tx.query<{ 'QUERY PLAN': string }>(
          `explain select from recording_retention k where ${condition} order by ${writeOrder(order)} limit 7`,
          values,
        );
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      });
    };
    const order = { by: 'keptUntil', descending: false } as const;
    const last = { id: ids[0]!, startedAt: '', retainUntil: '2030-01-05T00:00:00Z' };
    expect(await planOf((values) => writeAfter(order, last, values))).toMatch(/Index Cond: .*kept_until/);
    expect(await planOf((values) => writeFilter({ keptTo: last.retainUntil }, values))).toMatch(
      /Index Cond: .*kept_until/,
    );
  });

  test('looks words up for the tenant of the transaction alone, and for nobody outside of one', async () => {
    const found = (tx: Tx, by: string) =>
      tx
        .query<{ n: number }>(`select count(*)::int as n from ${by}('{%30%}', 100)`)
        .then(({ rows }) => rows[0]!.n);
    const stranger = await database.addTenant();
    const pool = new pg.Pool({ connectionString: database.appUrl, max: 1 });
    try {
      for (const by of ['found_by_words', 'found_by_party']) {
        expect(await database.db.forTenant(database.tenantId, (tx) => found(tx, by))).toBe(ids.length);
        expect(await database.db.forTenant(stranger, (tx) => found(tx, by))).toBe(0);
        expect((await pool.query(`select from ${by}('{%30%}', 100)`)).rowCount).toBe(0);
      }
      const held = 'select from found_by_holds(null, 100)';
      expect((await database.db.forTenant(database.tenantId, (tx) => tx.query(held))).rowCount).toBe(3);
      expect((await database.db.forTenant(stranger, (tx) => tx.query(held))).rowCount).toBe(0);
      expect((await pool.query(held)).rowCount).toBe(0);
    } finally {
      await pool.end();
    }
  });

  test('refuses a span that is no time and a filter that it does not know', async () => {
    expect((await readProblem(people[0]!.fetch('/api/v1/recordings?from=yesterday'), 400)).field).toBe(
      '/query/from',
    );
    await readProblem(people[0]!.fetch('/api/v1/recordings?to=0000-01-01T00:00:00Z'), 400);
    await readProblem(people[0]!.fetch('/api/v1/recordings?departmnt=sales'), 400);
    await readProblem(people[0]!.fetch('/api/v1/recordings/facets?cursor=x'), 400);
  });
});

describe('the list as CSV', () => {
  const take = async (person: TestPerson, search: Search): Promise<string[][]> => {
    const answer = await person.fetch(`/api/v1/recordings/csv?${queryOf(search)}`);
    expect(answer.headers.get('content-type')).toContain('text/csv');
    return parse(await answer.text(), { relax_column_count: true }) as string[][];
  };

  test('has what the list shows under the same filters and policies, in the columns asked for', async () => {
    for (const person of people) {
      const [head, ...rows] = await take(person, { columns: 'id,department,held', partial: 'true' });
      expect(head).toEqual(['id', 'department', 'held']);
      expect(rows).toEqual(
        (await listed(person, { partial: 'true' })).map(({ id, department, held }) => [
          id,
          department ?? '',
          String(held),
        ]),
      );
    }
  });

  test('is in the order of the list', async () => {
    const search = { sort: 'keptUntil', columns: 'id' };
    const [, ...rows] = await take(people[0]!, search);
    expect(rows.flat()).toEqual((await listed(people[0]!, { sort: 'keptUntil' })).map(({ id }) => id));
  });

  test('gives a spreadsheet no formula', async () => {
    const [, ...rows] = await take(people[0]!, { columns: 'parties', q: 'hyperlink' });
    expect(rows.length).toBeGreaterThan(0);
    for (const [cell] of rows) expect(cell).toMatch(/^'=HYPERLINK/);
  });

  test('is one leaf a file, which names the filters and not what was looked for', async () => {
    const leaves = async (): Promise<{ body: Buffer }[]> => {
      await people[0]!.fetch(`/api/v1/recordings/${ids[0]}/custody`); // gives every leaf its place
      return database.asOwner("select body from ledger_leaf where act = 'list.exported' order by index");
    };
    const before = (await leaves()).length;
    await take(people[2]!, { q: 'agnes', state: 'retained' });
    await take(people[2]!, { q: 'agnes', state: 'retained' });
    const after = (await leaves()).map(({ body }) => body.toString('utf8'));
    expect(after).toHaveLength(before + 2);
    expect(JSON.parse(after.at(-1)!)).toMatchObject({
      facts: { act: 'recording.list', list: 'recordings', filters: ['q', 'state'] },
    });
    expect(after.join()).not.toContain('agnes');
  });

  test('ends at its bound with a row that says so', async () => {
    const rows = await lessThan(6);
    expect(rows).toHaveLength(1 + 6 + 1);
    expect(rows.at(-1)![0]).toContain('Cut here: a file has 6 rows at most');
    expect((await lessThan(100)).at(-1)![0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  /** The same handler with a lower bound, at a hub of its own. */
  async function lessThan(most: number): Promise<string[][]> {
    const { default: express } = await import('express');
    const app = express();
    app.get('/csv', recordingsCsv(hub.services, most));
    const server = app.listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as { port: number };
      const answer = await fetch(`http://127.0.0.1:${port}/csv?columns=id`, {
        headers: { cookie: people[0]!.cookie },
      });
      return parse(await answer.text(), { relax_column_count: true }) as string[][];
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }
});

describe('what holds reach', () => {
  const NAMED = { addresses: ['sip:+4930555012@pbx.example'] };
  test.each([
    ['an address', NAMED],
    ['names, special characters in them', { names: ['Berg Agnes', '=HYPERLINK("http://', '50%_\\'] }],
    ['a name in a span', { names: ['bruno'], from: new Date(MONDAY + 20 * 3_600_000).toISOString() }],
    [
      'a span alone, which is not named but walked for',
      { to: new Date(MONDAY + 2 * 3_600_000).toISOString() },
    ],
  ])('is found by its matter, its tag and among all that is held: %s', async (matter, query) => {
    const officer = people[0]!;
    const placed = await officer.fetch('/api/v1/holds', {
      method: 'POST',
      body: { matter, reason: 'Litigation', query },
    });
    expect(placed.status).toBe(201);
    const { matterId } = (await placed.json()) as { matterId: string };
    await database.asOwner('update matter set tags = array[$2] where id = $1', [matterId, matter]);
    const all = await listed(officer, {});
    const held = all.filter((each) => each.held).map(({ id }) => id);
    expect((await listed(officer, { held: 'true' })).map(({ id }) => id)).toEqual(held);
    const { rows } = await database.db.forTenant(database.tenantId, (tx) =>
      tx.query<{ id: string }>(
        `select r.id from recording r, hold_query q join hold h on h.id = q.hold_id, query_reaches(q, r)
          where h.matter_id = $1 order by r.started_at desc`,
        [matterId],
      ),
    );
    const reached = rows.map(({ id }) => id).filter((id) => all.some((each) => each.id === id));
    expect(reached.length).toBeGreaterThan(0);
    for (const search of [{ matter: matterId }, { tag: matter }, { matter: matterId, tag: matter }])
      expect((await listed(officer, search)).map(({ id }) => id)).toEqual(reached);
    expect(await listed(officer, { matter: matterId, tag: 'another' })).toEqual([]);
  });
});
