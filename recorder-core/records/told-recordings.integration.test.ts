import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { placeHoldOn, releaseHoldOf } from '../../test/support/hold-through-api.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { Tx } from './database.ts';
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

test('each is looked up by itself, however many recordings the tenant has and however few others have', async () => {
  const { db, tenantId } = database;
  const asked = await addRecordingRow(db, tenantId);
  // As a planner knows it, tenants have few recordings each: what is this one's would be read as a whole.
  await database.asOwner(`
    set local session_replication_role = replica;
    insert into recording_retention (tenant_id, recording_id, retained, retain_until)
    select case when n <= 3000 then '${tenantId}'::uuid else gen_random_uuid() end, gen_random_uuid(), true, now()
      from generate_series(1, 5000) as n;
    analyze recording_retention`);
  const readSoFar = async (tx: Tx) => {
    const { rows } = await tx.query<{ read: number }>(
      "select idx_tup_fetch + seq_tup_read as read from pg_stat_xact_user_tables where relname = 'recording_retention'",
    );
    return rows[0]?.read ?? 0;
  };
  const read = await db.forTenant(tenantId, async (tx) => {
    const before = await readSoFar(tx);
    expect(await readToldRecordings(tx, [asked])).toHaveLength(1);
    return (await readSoFar(tx)) - before;
  });
  expect(read).toBe(1);
});
