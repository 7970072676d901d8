import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { noteGate } from '../../recorder-core/records/delivery-gates.ts';
import { addConnectionRow } from '../../test/support/connection-row.ts';
import { addRows, readCatalog } from '../../test/support/tenant-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { home as schema, type Home } from '../api/schemas/home.ts';
import { askingOf } from '../api/asking-of.ts';
import { UNKNOWN_CIRCUMSTANCES } from '../identity/circumstances.ts';
import { HOME_SOURCES, type HomeSource } from './home-sources.ts';
import { readHome } from './read-home.ts';

let database: TestDatabase;
let hub: TestHub;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

function read(person: TestPerson): Promise<Home> {
  return person.read(schema, '/api/v1/home');
}

const partOf = ({ parts }: Home, source: string) => parts.find((part) => part.source === source);

/** Things that wait, in a tenant of their own. */
async function fill(): Promise<string> {
  const tenant = await database.addTenant();
  await database.asOwner(
    `insert into matter (tenant_id, id, name, opened_at, review_at)
     select $1, gen_random_uuid(), name, now(), now() + days * interval '1 day'
       from (values ('Overdue', -2), ('Soon', 3), ('Far', 60)) as m (name, days)`,
    [tenant],
  );
  await database.asOwner(
    `insert into recorder_node (tenant_id, node, region, version, state, calls, capacity, heartbeat_at)
     select $1, node, 'eu', '1', state, 0, 10, now() - seconds * interval '1 second'
       from (values ('heard', 'taking', 0), ('silent', 'taking', 60), ('gone', 'down', 600)) as n (node, state, seconds)`,
    [tenant],
  );
  await database.asOwner(
    `insert into finding (tenant_id, id, natural_key, section, kind, severity, subject_type, subject_id, statement, state,
                          found_at, seen_at, due_at)
     select $1, gen_random_uuid(), 'call ' || n, 'calls', 'call-missing', 'major', 'call', n, 'A call was not recorded.',
            'open', now(), now(), now() + interval '30 days' from generate_series(1, 55) as n`,
    [tenant],
  );
  return tenant;
}

describe('GET /home', () => {
  test('tells what waits, the first to run out first, and names what is calm', async () => {
    const tenant = await fill();
    const found = await read(await hub.signIn('administrator', tenant));
    expect(partOf(found, 'matter-review')?.items.map(({ name }) => name)).toEqual(['Overdue', 'Soon']);
    expect(partOf(found, 'recorder')?.items.map(({ name }) => name)).toEqual(['silent']);
    expect(partOf(found, 'missing-call')).toMatchObject({ more: true });
    expect(partOf(found, 'missing-call')?.items).toHaveLength(50);
    expect(found.calm).toEqual(expect.arrayContaining(['approval', 'request', 'connection', 'finding']));
    expect(found.unanswered).toEqual([]);
  });

  test('tells nobody what they may not read elsewhere, and nothing of another tenant', async () => {
    const tenant = await fill();
    const engineer = await read(await hub.signIn('engineer', tenant));
    expect(engineer.parts.map(({ source }) => source)).toEqual(['recorder']);
    expect(engineer.calm).not.toContain('matter-review');
    const supervisor = await read(await hub.signIn('supervisor', tenant));
    expect(supervisor).toMatchObject({ parts: [], calm: ['approval', 'grant'] });
    const stranger = await read(await hub.signIn('administrator', await database.addTenant()));
    expect(stranger.parts).toEqual([]);
    await readProblem(hub.fetch('/api/v1/home'), 401);
  });

  test('tells of a connection that fails why it does, and what to do about it, until it was taken again', async () => {
    const tenant = await database.addTenant();
    const connectionId = await addConnectionRow(
      { db: database.db, tenantId: tenant },
      { connector: 'webhook', config: {}, name: 'Case desk' },
    );
    const note = (failed: boolean) =>
      database.db.forTenant(tenant, (tx) =>
        noteGate(
          tx,
          tenant,
          connectionId,
          {
            done: !failed,
            failed,
            closedUntil: null,
            errorClass: failed ? 'auth' : null,
            errorTitle: failed ? 'The token is refused.' : null,
            errorFix: failed ? 'Have the token renewed.' : null,
          },
          new Date(),
        ),
      );
    const engineer = await hub.signIn('engineer', tenant);
    await note(true);
    expect(partOf(await read(engineer), 'connection')?.items).toMatchObject([
      { name: 'Case desk', detail: 'The token is refused.', fix: 'Have the token renewed.' },
    ]);
    await note(false);
    expect((await read(engineer)).calm).toContain('connection');
  });

  test('reads every source of rows as the tables have them', async () => {
    const tenant = await database.addTenant();
    const there = new Set(['tenant', 'ledger_head', 'access_watch']); // a tenant begins with all
    const tables = (await readCatalog(database)).filter(
      ({ name, partition, columns }) =>
        !partition && !there.has(name) && columns.some((column) => column.name === 'tenant_id'),
    );
    await addRows(database, tables, tenant);
    const found = await read(await hub.signIn('administrator', tenant));
    expect(found.unanswered).toEqual([]);
    expect([...found.parts.map(({ source }) => source), ...found.calm].sort()).toEqual(
      Object.keys(HOME_SOURCES).sort(),
    );
  });

  test('names a source that could not be asked, and asks the others all the same', async () => {
    const person = await hub.signIn();
    const user = { id: person.userId, name: person.name, role: 'administrator' };
    const at = hub.services.now();
    const identity = {
      tenantId: database.tenantId,
      user,
      kind: 'user',
      groups: [],
      department: null,
      job: null,
      region: null,
      circumstances: UNKNOWN_CIRCUMSTANCES,
    } as unknown as Parameters<typeof readHome>[0]['caller'];
    const broken: HomeSource = { act: null, read: (tx) => tx.query('select from nowhere').then(() => []) };
    const told: string[] = [];
    const found = await readHome({
      db: hub.services.db,
      caller: identity,
      asking: askingOf({ identity, services: hub.services, now: at }),
      sources: {
        request: broken,
        grant: HOME_SOURCES.grant,
        incident: broken,
        recorder: HOME_SOURCES.recorder,
      },
      onFault: (source) => told.push(source),
    });
    expect(found).toEqual({ parts: [], calm: ['grant', 'recorder'], unanswered: ['request', 'incident'] });
    expect(told).toEqual(['request', 'incident']);
  });
});
