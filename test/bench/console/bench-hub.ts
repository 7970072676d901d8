import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '../../../recorder-core/records/database.ts';
import type { TestDatabase } from '../../support/test-database.ts';
import { startTestHub, type TestHub } from '../../support/test-hub.ts';
import type { BenchPostgres } from '../bench-postgres.ts';

const CONSOLE = join(import.meta.dirname, '../../../admin-ui/dist');

/** The hub's application over the bench's database, with the built console as production serves it. */
export async function startBenchHub(postgres: BenchPostgres): Promise<TestHub & { stop(): Promise<void> }> {
  if (!existsSync(join(CONSOLE, 'index.html')))
    throw new Error('The console is not built. Run this by `npm run bench:console`, which builds it.');
  const db = openDatabase(postgres.appUrl, { max: 8 });
  const owner = new pg.Pool({ connectionString: postgres.ownerUrl, max: 2 });
  const database = {
    ownerUrl: postgres.ownerUrl,
    appUrl: postgres.appUrl,
    dispatcherUrl: postgres.dispatcherUrl,
    tenantId: postgres.tenantId,
    db,
    asOwner: async (sql: string, values: unknown[] = []) => (await owner.query(sql, values)).rows,
  } as unknown as TestDatabase;
  const hub = await startTestHub(database, {}, { consoleFolder: CONSOLE });
  return {
    ...hub,
    async stop() {
      await hub.close();
      await db.close();
      await owner.end();
    },
  };
}
