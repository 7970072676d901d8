import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { HoldfastError } from '../errors.ts';

/** What a run of migrations did. */
export interface MigrationReport {
  readonly applied: readonly string[];
  readonly already: number;
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly digest: string;
}

/** Any number: it only has to be the same for every migrator, so that two never run at once. */
const MIGRATION_LOCK = 7_205_451;

/**
 * Brings a database to the newest schema. Forward only, each file in one
 * transaction, safe to run from several processes at once, does nothing the
 * second time. Refuses a database whose applied files differ from ours, and one
 * that is newer than this release.
 */
export async function migrate(client: pg.ClientBase, folder: string): Promise<MigrationReport> {
  const migrations = await readMigrations(folder);
  await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
  try {
    await client.query(
      'create table if not exists schema_migration (name text primary key, digest text not null, applied_at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ name: string; digest: string }>(
      'select name, digest from schema_migration',
    );
    const done = new Map(rows.map((row) => [row.name, row.digest]));
    refuseForeignHistory(done, migrations);
    const pending = migrations.filter(({ name }) => !done.has(name));
    for (const migration of pending) await applyOne(client, migration);
    return { applied: pending.map(({ name }) => name), already: done.size };
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8');
      return { name, sql, digest: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

function refuseForeignHistory(done: ReadonlyMap<string, string>, ours: readonly Migration[]): void {
  const known = new Map(ours.map(({ name, digest }) => [name, digest]));
  for (const [name, digest] of done) {
    const expected = known.get(name);
    if (expected === undefined) {
      throw new HoldfastError(
        'conflict',
        `The database has the migration ${name}, which this release does not know: it was made by a newer release. Start that release, or restore a backup from before it.`,
      );
    }
    if (expected !== digest) {
      throw new HoldfastError(
        'conflict',
        `The migration ${name} was applied with another text than this release has. An applied migration must never be edited: restore the file, and put the change into a new one.`,
      );
    }
  }
}

async function applyOne(client: pg.ClientBase, { name, sql, digest }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query('insert into schema_migration (name, digest) values ($1, $2)', [name, digest]);
    await client.query(sql);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    throw new HoldfastError(
      'internal',
      `The migration ${name} failed and was rolled back; nothing changed.`,
      {
        cause,
        detail: cause instanceof Error ? cause.message : String(cause),
      },
    );
  }
}
