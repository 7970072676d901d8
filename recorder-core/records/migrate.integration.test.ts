import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { migrate } from './migrate.ts';
import { putTogether } from './reason-templates.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

const SHIPPED = join(import.meta.dirname, '../../migrations');
let home: TestDatabase;
let folder: string;
let name: string;
const clients: pg.Client[] = [];

beforeAll(async () => {
  home = await openTestDatabase();
});
afterAll(() => home.close());
beforeEach(async () => {
  name = `test_${randomUUID().replaceAll('-', '')}`;
  folder = await mkdtemp(join(tmpdir(), 'holdfast-migrations-'));
  await cp(SHIPPED, folder, { recursive: true });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()));
  await home.asOwner(`drop database if exists ${name} with (force)`);
  await rm(folder, { recursive: true, force: true });
});

/** A connection to the database of this test, which is empty, or has all shipped files applied, when it is first asked for. */
async function connect(first: 'empty' | 'migrated' = 'empty'): Promise<pg.Client> {
  const template = first === 'empty' ? 'template1' : 'holdfast_template';
  if (clients.length === 0) await home.asOwner(`create database ${name} template ${template}`);
  const url = new URL(home.ownerUrl);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  clients.push(client);
  return client;
}

async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ relname: string }>(
    "select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by 1",
  );
  return rows.map(({ relname }) => relname);
}

describe('migrate', () => {
  test('applies every file once, in order, and does nothing the second time', async () => {
    const client = await connect();
    const files = (await readdir(SHIPPED)).filter((file) => file.endsWith('.sql')).sort();
    expect(await migrate(client, folder)).toEqual({ applied: files, already: 0 });
    const tables = await tablesOf(client);
    expect(tables).toContain('recording');
    expect(await migrate(client, folder)).toEqual({ applied: [], already: files.length });
    expect(await tablesOf(client)).toEqual(tables);
  });

  test('applies only what is new', async () => {
    const client = await connect('migrated');
    await writeFile(join(folder, '9000-more.sql'), 'create table more (n int);');
    expect((await migrate(client, folder)).applied).toEqual(['9000-more.sql']);
    expect(await tablesOf(client)).toContain('more');
  });

  test('asks a second person among the approvals about exports that wait, and about no others', async () => {
    const client = await connect();
    const files = (await readdir(SHIPPED)).filter((file) => file >= '0089');
    for (const file of files) await rm(join(folder, file), { force: true });
    await migrate(client, folder);
    const [tenant, person] = [randomUUID(), randomUUID()];
    await client.query("insert into tenant (tenant_id, name, region) values ($1, 'Home', 'eu')", [tenant]);
    await client.query(
      "insert into app_user (tenant_id, id, name, role) values ($1, $2, 'Olga', 'compliance_officer')",
      [tenant, person],
    );
    await client.query(
      `insert into export (tenant_id, id, state, purpose, recipient, recipient_key, recordings, bytes, requested_by, requested_at,
                           expires_at, approval_rule)
       select $1, gen_random_uuid(), state, 'Court', 'Erika', 'age1', 12, 900, $2, now(), now() + days * interval '1 day',
              'export/many-recordings'
         from (values ('requested', 30), ('requested', 2), ('requested', -1), ('refused', 5)) as e (state, days)`,
      [tenant, person],
    );
    await cp(SHIPPED, folder, { recursive: true });
    await migrate(client, folder);
    const { rows } = await client.query(
      `select a.state, a.summary, a.requested_by as by, a.facts ->> 'recipient' as recipient,
              round(extract(epoch from a.due_at - a.requested_at) / 86400)::int as days, o.topic
         from approval a join export e on e.approval_id = a.id and a.subject_id = e.id::text
         join outbox o on o.payload ->> 'approvalId' = a.id::text order by days`,
    );
    const summary = 'Exports 12 recordings for Erika. Court';
    const asked = { state: 'open', summary, by: person, recipient: 'Erika', topic: 'approval.asked' };
    expect(rows).toEqual([
      { ...asked, days: 2 },
      { ...asked, days: 7 },
    ]);
  });

  test('carries over why and until when recordings are kept: the dates of each, its words as they were, shared where they are the same', async () => {
    const client = await connect();
    for (const file of (await readdir(SHIPPED)).filter((each) => each >= '0092'))
      await rm(join(folder, file), { force: true });
    await migrate(client, folder);
    const tenant = randomUUID();
    await client.query("insert into tenant (tenant_id, name, region) values ($1, 'Home', 'eu')", [tenant]);
    const said = (year: number) => ({
      outcome: 'RETAIN',
      reasons: ['Keep.', `Must be kept until ${year}-03-01T00:00:00.000Z (a {0} \\ "b").`],
      rules: [
        { id: 'a', source: 'b', status: 'verified', detail: `floor until ${year}-03-01T00:00:00.000Z` },
      ],
      packDigest: 'd',
      decidedAt: `${year - 5}-03-01T10:00:00.123Z`,
    });
    const kept = [
      {
        id: randomUUID(),
        state: 'retained',
        until: '2031-03-01',
        retention: { ...said(2031), keptFor: null },
      },
      { id: randomUUID(), state: 'retained', until: '2032-03-01', retention: said(2032) },
      { id: randomUUID(), state: 'disposed', until: null, retention: null },
    ];
    for (const { id, state, until, retention } of kept)
      await client.query(
        `insert into recording (tenant_id, id, region, state, source, spool_node, started_at, ended_at, duration_ms, partial,
                                retention_class, consent, retention, retain_until)
         values ($1, $2, 'eu', $3, 'siprec', 'n', now(), now(), 1, false, 'c', '{}', $4, $5::date at time zone 'UTC')`,
        [tenant, id, state, retention, until],
      );
    await cp(SHIPPED, folder, { recursive: true });
    await migrate(client, folder);
    const { rows } = await client.query(
      `select k.recording_id as id, retained, retain_until as until, due_at as due, kept_for as "keptFor", reason_id as reason,
              body, dates, outcome
         from recording_retention k left join retention_reason w on w.id = k.reason_id and w.tenant_id = k.tenant_id`,
    );
    const [one, two, three] = kept.map(({ id }) => rows.find((row) => row.id === id));
    const [first, second] = [new Date('2031-03-01'), new Date('2032-03-01')];
    expect(one).toMatchObject({ retained: true, until: first, due: first, keptFor: null, outcome: 'RETAIN' });
    // Earlier decisions said their floors in the details of their rules alone.
    expect(two).toMatchObject({
      retained: true,
      until: second,
      due: second,
      keptFor: second,
      reason: one.reason,
    });
    expect(three).toMatchObject({ retained: false, until: null, due: null, keptFor: null, reason: null });
    expect(putTogether(one.body, one.dates.map(Number))).toEqual(said(2031));
    expect(putTogether(two.body, two.dates.map(Number))).toEqual(said(2032));
  });

  test('carries over levels of incidents and rules of unusual use as the first version of each, by whom and when as far as it is known', async () => {
    const client = await connect();
    for (const file of (await readdir(SHIPPED)).filter((each) => each >= '0096'))
      await rm(join(folder, file), { force: true });
    await migrate(client, folder);
    const [own, usual, person] = [randomUUID(), randomUUID(), randomUUID()];
    for (const tenant of [own, usual])
      await client.query("insert into tenant (tenant_id, name, region) values ($1, 'Home', 'eu')", [tenant]);
    await client.query(
      "insert into app_user (tenant_id, id, name, role) values ($1, $2, 'Olga', 'compliance_officer')",
      [own, person],
    );
    const [levels, rules] = [{ high: [{ afterMinutes: 5 }] }, { bulk: null, quietHours: 12 }];
    const at = new Date('2026-05-05T05:05:05Z');
    await client.query(
      'insert into incident_levels (tenant_id, levels, changed_by, changed_at) values ($1, $2, $3, $4)',
      [own, levels, person, at],
    );
    await client.query('update access_watch set rules = $2 where tenant_id = $1', [own, rules]);
    await cp(SHIPPED, folder, { recursive: true });
    await migrate(client, folder);
    const { rows: versions } = await client.query(
      `select l.version as levels, w.rules_version as rules
         from access_watch w left join incident_levels l using (tenant_id) order by w.tenant_id = $1 desc`,
      [own],
    );
    expect(versions).toEqual([
      { levels: 1, rules: 1 },
      { levels: null, rules: 0 },
    ]);
    const { rows: kept } = await client.query(
      `select tenant_id as tenant, kind, version, content, changed_by as by, changed_at as at
         from configuration_change order by kind`,
    );
    expect(kept).toEqual([
      { tenant: own, kind: 'access-rules', version: 1, content: rules, by: null, at: expect.any(Date) },
      { tenant: own, kind: 'incident-levels', version: 1, content: levels, by: person, at },
    ]);
  });

  test('refuses a database with a file that was edited after it was applied, and changes nothing', async () => {
    const client = await connect('migrated');
    const edited = join(folder, '0005-identity.sql');
    await writeFile(edited, `${await readFile(edited, 'utf8')}\n-- a harmless remark\n`);
    await writeFile(join(folder, '9000-more.sql'), 'create table more (n int);');
    await expect(migrate(client, folder)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('0005-identity.sql'),
    });
    expect(await tablesOf(client)).not.toContain('more');
  });

  test('refuses a database that a newer release has migrated', async () => {
    const client = await connect('migrated');
    await writeFile(join(folder, '9000-more.sql'), 'create table more (n int);');
    await migrate(client, folder);
    await expect(migrate(client, SHIPPED)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('newer release'),
    });
  });

  test('undoes a file that fails, keeps those before it and goes on once it is mended', async () => {
    const client = await connect('migrated');
    const broken = join(folder, '9000-broken.sql');
    await writeFile(broken, 'create table half (n int); select no_such_function();');
    await expect(migrate(client, folder)).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('9000-broken.sql'),
    });
    expect(await tablesOf(client)).not.toContain('half');
    expect(await tablesOf(client)).toContain('recording');
    await writeFile(broken, 'create table half (n int);');
    expect((await migrate(client, folder)).applied).toEqual(['9000-broken.sql']);
  });

  test('lets two migrators that start at once share the work without a quarrel', async () => {
    const [one, two] = [await connect(), await connect()];
    const reports = await Promise.all([migrate(one, folder), migrate(two, folder)]);
    const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).length;
    expect(reports.map(({ applied, already }) => [applied.length, already]).sort()).toEqual([
      [0, files],
      [files, 0],
    ]);
  });

  test('leaves no lock behind when it refuses', async () => {
    const [one, two] = [await connect('migrated'), await connect()];
    await writeFile(join(folder, '9000-broken.sql'), 'nonsense;');
    await expect(migrate(one, folder)).rejects.toMatchObject({ code: 'internal' });
    await two.query("set lock_timeout = '5s'");
    await expect(migrate(two, folder)).rejects.toMatchObject({ code: 'internal' }); // its own failure, no waiting
  });
});
