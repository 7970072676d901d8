import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { openDatabase, type Database } from '../../recorder-core/records/database.ts';
import { APP_PASSWORD } from './test-postgres.ts';

/** A migrated database of its own for one test file, with one tenant in it. */
export interface TestDatabase {
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly dispatcherUrl: string;
  readonly db: Database;
  readonly tenantId: string;
  addTenant(region?: string): Promise<string>;
  /** Runs a statement as the owner, past row-level security. */
  asOwner<R extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<R[]>;
  /** Waits until a statement finds a row, asked as the owner. */
  waitFor(sql: string, values?: unknown[]): Promise<void>;
  close(): Promise<void>;
}

/** Copies the template that the run's global set-up made; needs the integration tier. */
export async function openTestDatabase(): Promise<TestDatabase> {
  return open(await copyOf('holdfast_template'));
}

/** A backup: everything as it stands at this moment, for `restoreDatabase`. Connections to the database break once. */
export async function backUpDatabase(database: TestDatabase): Promise<string> {
  const name = new URL(database.ownerUrl).pathname.slice(1);
  await asServer(
    testServer(),
    `alter database ${name} with allow_connections false`,
    `select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '${name}'`,
  );
  try {
    return await copyOf(name);
  } finally {
    await asServer(testServer(), `alter database ${name} with allow_connections true`);
  }
}

/** A database from a backup, with the tenant that it was made for. A backup can be restored once. */
export function restoreDatabase(backup: string, tenantId: string): Promise<TestDatabase> {
  return open(backup, tenantId);
}

function testServer(): string {
  const server = process.env['HOLDFAST_TEST_POSTGRES'];
  if (server === undefined) throw new Error('This test needs PostgreSQL: run it in the integration tier.');
  return server;
}

async function copyOf(template: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asServer(testServer(), `create database ${name} template ${template} strategy file_copy`);
  return name;
}

async function open(name: string, ofTenant?: string): Promise<TestDatabase> {
  const server = testServer();
  const ownerUrl = withDatabase(server, name);
  const appUrl = withUser(ownerUrl, 'holdfast_app');
  const db = openDatabase(appUrl, { max: 8 });
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 2 });
  owner.on('error', () => undefined); // the database is dropped under it at the end
  const asOwner = async <R extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<R[]> =>
    (await owner.query<R>(sql, values)).rows;
  const addTenant = async (region = 'eu-central'): Promise<string> => {
    const tenantId = randomUUID();
    await asOwner('insert into tenant (tenant_id, name, region) values ($1, $2, $3)', [
      tenantId,
      'Test tenant',
      region,
    ]);
    return tenantId;
  };
  return {
    ownerUrl,
    appUrl,
    dispatcherUrl: withUser(ownerUrl, 'holdfast_dispatcher'),
    db,
    tenantId: ofTenant ?? (await addTenant()),
    addTenant,
    asOwner,
    async waitFor(sql, values) {
      while ((await asOwner(sql, values)).length === 0) await setTimeout(50);
    },
    async close() {
      await db.close();
      await owner.end();
      await asServer(server, `drop database ${name} with (force)`);
    },
  };
}

async function asServer(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const sql of statements) await client.query(sql);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, database: string): string {
  const copy = new URL(url);
  copy.pathname = `/${database}`;
  return copy.href;
}

function withUser(url: string, user: string): string {
  const copy = new URL(url);
  copy.username = user;
  copy.password = APP_PASSWORD;
  return copy.href;
}
