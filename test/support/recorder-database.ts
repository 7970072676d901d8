import { openTestDatabase, type TestDatabase } from './test-database.ts';
import { startTestPostgres } from './test-postgres.ts';

/** A PostgreSQL and a database in it for one test file of the tiers without services. */
export async function startRecorderDatabase(): Promise<TestDatabase> {
  const postgres = await startTestPostgres();
  process.env['HOLDFAST_TEST_POSTGRES'] = postgres.url;
  try {
    const database = await openTestDatabase();
    return {
      ...database,
      async close() {
        await database.close();
        await postgres.stop();
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
