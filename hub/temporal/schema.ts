import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { TemporalStore } from './server-config.ts';

const run = promisify(execFile);

/**
 * Creates the server's two databases where they are missing and brings their
 * schemas to the version of the SQL tool. Safe to repeat; keeps all data. The
 * user must be allowed to create databases and the extension btree_gin.
 */
export async function prepareSchema(
  sqlTool: string,
  store: Extract<TemporalStore, { kind: 'postgres' }>,
): Promise<void> {
  const database = store.database ?? 'temporal';
  await Promise.all([
    prepareDatabase(sqlTool, store, database, 'postgresql/v12/temporal'),
    prepareDatabase(sqlTool, store, `${database}_visibility`, 'postgresql/v12/visibility'),
  ]);
}

async function prepareDatabase(
  sqlTool: string,
  store: Extract<TemporalStore, { kind: 'postgres' }>,
  database: string,
  schema: string,
): Promise<void> {
  const env = {
    ...process.env,
    SQL_PLUGIN: 'postgres12',
    SQL_HOST: store.host,
    SQL_PORT: String(store.port),
    SQL_USER: store.user,
    SQL_PASSWORD: store.password, // in the environment, because arguments are public on the machine
    SQL_DATABASE: database,
  };
  const steps = [['create'], ['setup-schema', '-v', '0.0'], ['update-schema', '--schema-name', schema]];
  for (const step of steps) {
    try {
      await run(sqlTool, step, { env });
    } catch (cause) {
      const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
      throw new HoldfastError(
        'unavailable',
        `The database ${database} of the Temporal server could not be prepared (${step[0] ?? ''}). Check that PostgreSQL runs and that its user may create databases, then start again.`,
        { cause, detail: `${stdout}\n${stderr}`.slice(-2000) },
      );
    }
  }
}
