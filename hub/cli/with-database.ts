import { openDatabase, type Database } from '../../recorder-core/records/database.ts';
import type { Config } from '../config/settings.ts';
import { readLocalConfig } from './read-command-config.ts';

/** Does the work of a command on the database of the product on this machine, and closes it. */
export async function withDatabase(
  options: Readonly<Record<string, unknown>>,
  work: (db: Database, config: Config) => Promise<void>,
): Promise<void> {
  const config = await readLocalConfig(options);
  const db = openDatabase(config.postgresUrl, { max: 2 });
  try {
    await work(db, config);
  } finally {
    await db.close();
  }
}
