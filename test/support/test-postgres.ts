import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../hub/main/embedded-postgres.ts';
import { freePort } from '../../hub/processes/free-port.ts';
import { migrate } from '../../recorder-core/records/migrate.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');
export const APP_PASSWORD = 'app';

/** A PostgreSQL for one run of the tests: a folder and a port of its own, a migrated template database in it. */
export async function startTestPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-test-pg-'));
  await chmod(folder, 0o755); // PostgreSQL may run as another user than the tests
  const server = await startEmbeddedPostgres({
    folder: join(folder, 'cluster'),
    port: await freePort(),
    password: randomBytes(12).toString('hex'),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await makeTemplate(server.ownerUrl());
    await makeSchema(server.ownerUrl('holdfast_template'));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: server.ownerUrl(), stop };
}

async function makeTemplate(url: string): Promise<void> {
  await withClient(url, (client) => client.query('create database holdfast_template'));
}

async function makeSchema(url: string): Promise<void> {
  await withClient(url, async (client) => {
    await migrate(client, MIGRATIONS);
    await client.query(`alter role holdfast_app login password '${APP_PASSWORD}'`);
    await client.query(`alter role holdfast_dispatcher login password '${APP_PASSWORD}'`);
  });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
