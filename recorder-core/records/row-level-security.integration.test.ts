import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { addRows, insertion, readCatalog, type Table } from '../../test/support/tenant-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

const DENIED = { code: '42501' };
let database: TestDatabase;
let ours: string;
let theirs: string;
/** Every table that has rows of tenants, without the partitions, which nobody may name. */
let tables: Table[];
let partitions: Table[];
let untenanted: string[];
let app: pg.Client;
let dispatcher: pg.Client;

beforeAll(async () => {
  database = await openTestDatabase();
  ours = database.tenantId;
  theirs = randomUUID();
  const all = await readCatalog(database);
  const tenanted = all.filter(({ columns }) => columns.some(({ name }) => name === 'tenant_id'));
  tables = tenanted.filter(({ partition }) => !partition);
  partitions = tenanted.filter(({ partition }) => partition);
  untenanted = all.filter((table) => !tenanted.includes(table)).map(({ name }) => name);
  const there = new Set(['tenant', 'ledger_head', 'access_watch']); // a tenant begins with all
  await addRows(
    database,
    tables.filter(({ name }) => !there.has(name)),
    ours,
  );
  await addRows(database, tables, theirs);
  app = new pg.Client({ connectionString: database.appUrl });
  dispatcher = new pg.Client({ connectionString: database.dispatcherUrl });
  await Promise.all([app.connect(), dispatcher.connect()]);
});

afterAll(async () => {
  await Promise.all([app.end(), dispatcher.end()]);
  await database.close();
});

describe('the schema', () => {
  test('has a tenant on every table but the list of migrations and the one secret of the installation', () => {
    expect(untenanted).toEqual(['installation_secret', 'schema_migration']);
    expect(tables.length).toBeGreaterThan(20);
  });

  test('protects every table by row-level security with a policy for the application', () => {
    expect(tables.filter(({ rls, policies }) => !rls || policies?.includes('tenant_rows') !== true)).toEqual(
      [],
    );
  });

  test('has no other policy for the application but the one by which a machine is found by its certificate', async () => {
    const others = await database.asOwner(
      `select polrelid::regclass::text as table, polname::text as name, pg_get_expr(polqual, polrelid) as using
         from pg_policy where polname <> 'tenant_rows'
          and ((select oid from pg_roles where rolname = 'holdfast_app') = any (polroles) or 0 = any (polroles))`,
    );
    expect(others).toEqual([
      {
        table: 'service_credential',
        name: 'shown_certificate',
        using: expect.stringMatching(/kind = 'certificate'.* AND .*digest = .*holdfast\.certificate/),
      },
    ]);
    const tenantRows = await database.asOwner<{ using: string; checked: string }>(
      `select distinct pg_get_expr(polqual, polrelid) as using, pg_get_expr(polwithcheck, polrelid) as checked
         from pg_policy where polname = 'tenant_rows'`,
    );
    const own = '(tenant_id = ( SELECT current_tenant() AS current_tenant))';
    expect(tenantRows).toEqual([{ using: own, checked: own }]);
  });

  test('lets the application own nothing, and name no partition, whose rows no policy guards', async () => {
    expect(tables.concat(partitions).filter(({ owner }) => owner.startsWith('holdfast'))).toEqual([]);
    expect(partitions.length).toBeGreaterThan(12);
    const open = await database.asOwner<{ name: string }>(
      `select c.relname as name from pg_class c, unnest(array['holdfast_app', 'holdfast_dispatcher']) as role
        where c.relispartition and has_table_privilege(role, c.oid, 'select, insert, update, delete, truncate')`,
    );
    expect(open).toEqual([]);
  });

  test('has no role or view that would go round the policies, and of functions the three that answer ids for one tenant and one that answers nothing', async () => {
    const roles = await database.asOwner(
      `select rolname from pg_roles where rolname like 'holdfast%'
         and (rolsuper or rolbypassrls or rolcreaterole or exists (select from pg_auth_members m where m.member = pg_roles.oid))`,
    );
    const views = await database.asOwner(
      "select relname from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace",
    );
    const functions = await database.asOwner<{ name: string }>(
      "select proname as name from pg_proc where prosecdef and pronamespace = 'public'::regnamespace order by 1",
    );
    expect({ roles, views }).toEqual({ roles: [], views: [] });
    // docs/decisions/0036-two-look-ups-past-row-level-security.md, 0037-rare-first-then-the-newest.md, 0041-changes-are-passed-on-by-one.md
    expect(functions.map(({ name }) => name)).toEqual([
      'found_by_holds',
      'found_by_party',
      'found_by_words',
      'pass_on_changes',
    ]);
  });
});

describe('a transaction of one tenant', () => {
  test('sees its own rows in every table and none of another tenant', async () => {
    for (const { name } of tables) {
      const seen = await asTenant(ours, (tx) =>
        tx.query<{ tenant_id: string }>(`select tenant_id from ${name}`),
      );
      expect({ name, rows: seen.rows.map(({ tenant_id }) => tenant_id) }).toEqual({ name, rows: [ours] });
      const others = await asTenant(theirs, (tx) => tx.query(`select from ${name}`));
      expect({ name, rows: others.rowCount }).toEqual({ name, rows: 1 }); // so there was something to hide
    }
  });

  test('adds no row for another tenant and hands none of its own over', async () => {
    for (const table of tables) {
      const { name } = table;
      if (await may('insert', name)) {
        const { text, values } = insertion(table, theirs);
        await expect(asTenant(ours, (tx) => tx.query(text, values))).rejects.toMatchObject(DENIED);
      }
      if (await may('update', name)) {
        const give = asTenant(ours, (tx) => tx.query(`update ${name} set tenant_id = $1`, [theirs]));
        await expect(give).rejects.toMatchObject(DENIED);
      }
    }
  });

  test('changes and removes nothing of another tenant', async () => {
    for (const { name, columns } of tables) {
      const reach = `where tenant_id = '${theirs}'`;
      if (await may('update', name)) {
        const { rowCount } = await asTenant(ours, (tx) =>
          tx.query(`update ${name} set ${columns[0]!.name} = ${columns[0]!.name} ${reach}`),
        );
        expect({ name, rowCount }).toEqual({ name, rowCount: 0 });
      }
      if (await may('delete', name)) {
        const { rowCount } = await asTenant(ours, (tx) => tx.query(`delete from ${name} ${reach}`));
        expect({ name, rowCount }).toEqual({ name, rowCount: 0 });
      }
      expect(await may('truncate', name)).toBe(false); // it knows no policy
    }
  });

  test('ends with its transaction: the next one on the same connection is nobody', async () => {
    await asTenant(ours, (tx) => tx.query('select 1'));
    expect((await app.query('select from recording')).rowCount).toBe(0);
  });
});

describe('a connection without a tenant', () => {
  test('sees nothing in any table and adds nothing', async () => {
    for (const table of tables) {
      const { name } = table;
      expect({ name, rows: (await app.query(`select from ${name}`)).rowCount }).toEqual({ name, rows: 0 });
      if (!(await may('insert', name))) continue;
      const { text, values } = insertion(table, theirs);
      await expect(app.query(text, values)).rejects.toMatchObject(DENIED);
    }
  });
});

describe('the dispatcher', () => {
  // Of the last ones the columns alone that say where there is work.
  const SHARED = new Set([
    'outbox',
    'tenant',
    'ledger_pending',
    'ledger_head',
    'webhook_endpoint',
    'webhook_message',
    'access_watch',
    'access_grant',
    'identity_provider',
    'provider_session',
    'storage_measurement',
    'mail',
  ]);

  test('sees outbox and tenants of all, whose leaves wait, and may not even ask the other tables', async () => {
    for (const { name } of tables) {
      const asked = dispatcher.query(`select from ${name}`);
      if (SHARED.has(name)) expect((await asked).rowCount).toBe(2);
      else await expect(asked).rejects.toMatchObject(DENIED);
    }
    await expect(dispatcher.query('update tenant set name = name')).rejects.toMatchObject(DENIED);
    for (const hidden of [
      'select openings from ledger_pending',
      'select url from webhook_endpoint',
      'select rules from access_watch',
      'select purpose from access_grant',
      'select config from identity_provider',
      'select subject from provider_session',
      'select answer from mail',
    ])
      await expect(dispatcher.query(hidden)).rejects.toMatchObject(DENIED);
  });
});

async function asTenant<T>(tenantId: string, work: (tx: pg.Client) => Promise<T>): Promise<T> {
  await app.query('begin');
  try {
    await app.query("select set_config('holdfast.tenant_id', $1, true)", [tenantId]);
    return await work(app);
  } finally {
    await app.query('rollback');
  }
}

async function may(privilege: string, table: string): Promise<boolean> {
  const [row] = await database.asOwner<{ may: boolean }>(
    "select has_table_privilege('holdfast_app', $1, $2) as may",
    [table, privilege],
  );
  return row!.may;
}
