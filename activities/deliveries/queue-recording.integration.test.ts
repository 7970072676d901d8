import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDueRecordings } from '../../test/support/due-recordings.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';

let database: TestDatabase;
let bench: ActivityBench;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

test('many recordings are queued at once for every connection, each once however often that is asked; what is on its way out is left out', async () => {
  const ids = await addDueRecordings(database, { count: 40 });
  const [going] = ids;
  await database.asOwner("update recording set state = 'disposing' where id = $1", [going]);
  const queue = () =>
    bench.activities.lifecycle.queueRecordings({ tenantId: database.tenantId, recordingIds: ids });
  expect(await queue()).toEqual({ queued: 39 });
  await queue();
  const rows = await database.asOwner<{ id: string; operation: string; connection: string }>(
    'select subject_id as id, operation, connection_id as connection from delivery order by subject_id',
  );
  const wanted = ids.filter((id) => id !== going).sort();
  expect(rows).toEqual(
    wanted.map((id) => ({ id, operation: 'upsert-recording', connection: bench.searchId })),
  );
  const messages = await database.asOwner("select from outbox where topic = 'deliveries.queued'");
  expect(messages).toHaveLength(2); // one a transaction, and not one a recording
});
