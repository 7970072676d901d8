import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { stopOnSignal } from './stop-on-signal.ts';
import { startEmbeddedPostgres } from '../../hub/main/embedded-postgres.ts';
import { freePort } from '../../hub/processes/free-port.ts';
import { asUser, ensureDatabase, prepareDatabase } from '../../hub/main/prepare-database.ts';

const DATABASE = 'holdfast';

/** A PostgreSQL as production has it: every commit is on the disk before it is answered. */
export interface BenchPostgres {
  readonly port: number;
  readonly ownerPassword: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly dispatcherUrl: string;
  /** The one tenant of the database. */
  readonly tenantId: string;
  stop(): Promise<void>;
}

/** Memory and log for millions of rows, as docs/operations.md asks for in production. */
export const MANY_ROWS = {
  shared_buffers: '4GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '15min',
} as const;

/** Starts the embedded server on a folder, with our schema, our roles and one tenant; durable settings, unlike the tests'. */
export async function startBenchPostgres(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<BenchPostgres> {
  await chmod(folder, 0o755); // PostgreSQL may run as another user
  await mkdir(join(folder, 'postgres'), { mode: 0o755 });
  const ownerPassword = randomBytes(12).toString('hex');
  const server = await startEmbeddedPostgres({
    folder: join(folder, 'postgres', 'cluster'),
    port: await freePort(),
    password: ownerPassword,
    settings,
  });
  const stop = stopOnSignal(() => server.stop());
  try {
    await ensureDatabase(server.ownerUrl(), DATABASE);
    const ownerUrl = server.ownerUrl(DATABASE);
    const passwords = { app: randomUUID(), dispatcher: randomUUID() };
    await prepareDatabase(ownerUrl, passwords);
    const tenantId = randomUUID();
    await runAsOwner(ownerUrl, 'insert into tenant (tenant_id, name, region) values ($1, $2, $3)', [
      tenantId,
      'Bench',
      'eu-central',
    ]);
    return {
      port: server.port,
      ownerPassword,
      ownerUrl,
      appUrl: asUser(ownerUrl, 'holdfast_app', passwords.app),
      dispatcherUrl: asUser(ownerUrl, 'holdfast_dispatcher', passwords.dispatcher),
      tenantId,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One statement as the owner of the schema. */
export async function runAsOwner(
  ownerUrl: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(sql, [...values]);
  } finally {
    await client.end();
  }
}
