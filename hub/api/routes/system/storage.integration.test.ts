import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '../../../../recorder-core/records/ids.ts';
import { listUnmeasuredTenants } from '../../../../recorder-core/records/storage-measurements.ts';
import { openPool } from '../../../../recorder-core/records/database.ts';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { sizingAnswer, storageState } from '../../schemas/storage.ts';

let database: TestDatabase;
let hub: TestHub;
let auditor: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  auditor = await hub.signIn('auditor');
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

/** A recording of a day with two streams of so many bytes each. */
async function addStored(day: Date, bytes: number, destroyed = false): Promise<void> {
  const startedAt = day.toISOString();
  const recordingId = await addRecordingRow(database.db, database.tenantId, {
    startedAt,
    durationMs: 60_000,
  });
  const digests = Buffer.alloc(32);
  for (const label of ['1', '2'])
    await database.asOwner(
      `insert into part (tenant_id, id, recording_id, kind, label, store, object_key, bytes, ciphertext_bytes, sha256, sha512,
                         ciphertext_sha256, destroyed_at)
       values ($1, $2, $3, 'media', $4, 'objects', $5, $6, $6, $7, $7, $7, $8)`,
      [
        database.tenantId,
        newId(day.getTime()),
        recordingId,
        label,
        randomUUID(),
        bytes,
        digests,
        destroyed ? day : null,
      ],
    );
}

test('storage is measured by store, class and month, without what was destroyed, and kept day by day', async () => {
  expect(await auditor.read(storageState, '/api/v1/storage')).toMatchObject({ measuredAt: null, days: [] });
  const now = Date.parse('2026-11-20T12:00:00Z');
  const daysAgo = (days: number): Date => new Date(now - days * 86_400_000);
  await addStored(daysAgo(1), 1_000);
  await addStored(daysAgo(2), 3_000);
  await addStored(daysAgo(40), 500);
  await addStored(daysAgo(3), 9_000, true);
  hub.setNow(new Date(now));
  const measure = () => auditor.read(storageState, '/api/v1/storage/measure', { method: 'POST', body: {} });
  const first = await measure();
  expect(first.totals).toEqual([{ store: 'objects', region: 'eu-central', parts: 6, bytes: 9_000 }]);
  expect(first.cells.map(({ month, bytes }) => [month, bytes])).toEqual([
    ['2026-11', 8_000],
    ['2026-10', 1_000],
  ]);
  expect(first.traffic).toMatchObject({ recordings: 3, meanSeconds: 60, days: 3, callsPerDay: 1 });
  expect(first.traffic?.bytesPerRecording).toBeCloseTo(8_000 / 3);

  await addStored(daysAgo(0), 1_000);
  expect((await measure()).totals).toEqual(first.totals); // measured within the last minute
  hub.setNow(new Date(now + 86_400_000));
  const second = await measure();
  expect(second.totals).toMatchObject([{ bytes: 11_000 }]);
  expect(second.days.map(({ day, totals }) => [day, totals[0]?.bytes])).toEqual([
    ['2026-11-20', 9_000],
    ['2026-11-21', 11_000],
  ]);
  const dispatcher = openPool(database.dispatcherUrl, 1, () => undefined);
  expect(await listUnmeasuredTenants(dispatcher, new Date(now))).not.toContain(database.tenantId);
  expect(await listUnmeasuredTenants(dispatcher, new Date(now + 90_000_000))).toContain(database.tenantId);
  await dispatcher.end();
  hub.setNow(undefined);
});

test('the calculator answers as the command does, and refuses what is no traffic', async () => {
  const answer = await auditor.read(
    sizingAnswer,
    '/api/v1/storage/sizing?callsPerDay=1000&codec=opus&copies=2',
  );
  expect(answer.objectStoreBytes).toBe(Math.ceil(answer.bytesPerCall * 1_000 * 365 * 2));
  expect(answer.nodes).toBeGreaterThan(1);
  const refused = auditor.fetch('/api/v1/storage/sizing?callsPerDay=-1');
  expect(await readProblem(refused, 400)).toMatchObject({ field: '/query/callsPerDay' });
  const supervisor = await hub.signIn('supervisor');
  await readProblem(supervisor.fetch('/api/v1/storage'), 403);
});
