import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { placeHoldOn, releaseHoldOf } from '../../test/support/hold-through-api.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { readToldRecordings } from './told-recordings.ts';

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

test('whether each is held is told of a tenant without holds, with some by item and by query, and with released ones', async () => {
  const { db, tenantId } = database;
  const called = await addRecordingRow(db, tenantId, { callId: 'one call' });
  const [item, free] = [await addRecordingRow(db, tenantId), await addRecordingRow(db, tenantId)];
  const heldNow = async (): Promise<readonly string[]> => {
    const told = await db.forTenant(tenantId, (tx) =>
      readToldRecordings(tx, [called, item, free, randomUUID()]),
    );
    expect(told).toHaveLength(3);
    return told.filter(({ held }) => held).map(({ id }) => id);
  };
  expect(await heldNow()).toEqual([]);
  const byItem = await placeHoldOn(bench.deps, tenantId, [item]);
  expect(await heldNow()).toEqual([item]);
  await placeHoldOn(bench.deps, tenantId, [], { callIds: ['one call'] });
  expect((await heldNow()).toSorted()).toEqual([called, item].toSorted());
  await releaseHoldOf(bench.deps, tenantId, byItem);
  expect(await heldNow()).toEqual([called]);
});
