import { join } from 'node:path';
import pg from 'pg';
import { migrate, type MigrationReport } from '../../recorder-core/records/migrate.ts';

/** The migrations of this release. */
export const MIGRATIONS_FOLDER = join(import.meta.dirname, '../../migrations');
/** Months of partitions that stand ready. */
const MONTHS_AHEAD = 18;

/** Brings the schema up to date and gives the roles their passwords, where there are any to give. */
export async function prepareDatabase(
  ownerUrl: string,
  passwords: { readonly app: string; readonly dispatcher: string } | undefined,
): Promise<MigrationReport> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const report = await migrate(client, MIGRATIONS_FOLDER);
    await client.query("select ensure_month_partitions('recording', date_trunc('month', now())::date, $1)", [
      MONTHS_AHEAD,
    ]);
    if (passwords !== undefined) {
      for (const [role, password] of [
        ['holdfast_app', passwords.app],
        ['holdfast_dispatcher', passwords.dispatcher],
      ] as const) {
        await client.query(`alter role ${role} login password ${client.escapeLiteral(password)}`);
      }
    }
    return report;
  } finally {
    await client.end();
  }
}

/** Makes a database on a server where it is missing. */
export async function ensureDatabase(serverUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

/** The same server and database under another user. */
export function asUser(url: string, user: string, password: string): string {
  const copy = new URL(url);
  copy.username = user;
  copy.password = encodeURIComponent(password);
  return copy.href;
}
