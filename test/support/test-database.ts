import { randomUUID } from 'node:crypto';
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
  close(): Promise<void>;
}

/** Copies the template that the run's global set-up made; needs the integration tier. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const server = process.env['HOLDFAST_TEST_POSTGRES'];
  if (server === undefined) throw new Error('This test needs PostgreSQL: run it in the integration tier.');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asServer(server, `create database ${name} template holdfast_template`);
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
    tenantId: await addTenant(),
    addTenant,
    asOwner,
    async close() {
      await db.close();
      await owner.end();
      await asServer(server, `drop database ${name} with (force)`);
    },
  };
}

async function asServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
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
