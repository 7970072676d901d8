import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
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

test.each([
  { state: 'done', doubtful: false, stays: false },
  { state: 'superseded', doubtful: false, stays: false },
  { state: 'superseded', doubtful: true, stays: true },
  { state: 'rejected', doubtful: false, stays: false },
  { state: 'rejected', doubtful: true, stays: true },
  { state: 'discarded', doubtful: false, stays: false },
  { state: 'discarded', doubtful: true, stays: true },
  { state: 'dead', doubtful: false, stays: true },
])(
  'what was over a month ago is forgotten, what waits for a person or may have arrived is not: $state, in doubt $doubtful',
  async ({ state, doubtful, stays }) => {
    const recordingId = await addRecordingRow(database.db, database.tenantId);
    await database.asOwner("update recording set state = 'retained' where id = $1", [recordingId]);
    await bench.activities.lifecycle.queueRecording({ tenantId: database.tenantId, recordingId });
    const old = new Date(Date.now() - 40 * 86_400_000);
    await database.asOwner(
      `update delivery set id = $2, state = $3, doubtful = $4, settled_at = $5, fingerprint = 'f' where subject_id = $1`,
      [recordingId, bench.deps.newId(old), state, doubtful, old.toISOString()],
    );
    await bench.activities.lifecycle.findDueQueues({});
    const left = await database.asOwner('select from delivery where subject_id = $1', [recordingId]);
    expect(left).toHaveLength(stays ? 1 : 0);
  },
);
