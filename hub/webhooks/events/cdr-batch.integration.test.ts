import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { putSource } from '../../../recorder-core/records/call-record-imports.ts';
import { listCallRecords } from '../../../recorder-core/records/call-records.ts';
import { newId } from '../../../recorder-core/records/ids.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { cdrBatch } from './cdr-batch.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
}, 60_000);
afterAll(() => database.close());

test('calls come by event: once however often it comes, corrected by key, and only for a source that is set up', async () => {
  const { db, tenantId } = database;
  const now = new Date();
  const send = (durationMs: number) =>
    db.forTenant(tenantId, (tx) => {
      const one = {
        key: 'c-1',
        startedAt: '2026-11-01T10:00:00+01:00',
        durationMs,
        answered: true,
        from: '0301234',
        to: '1001',
      };
      const data = cdrBatch.schema.parse({ source: 'pbx', batch: 'b-1', calls: [one] });
      const context = {
        tx,
        tenantId,
        now,
        newId: (at: Date) => newId(at.getTime()),
        packs: null as never,
        journal: null as never,
        callSecret: Buffer.alloc(32, 5),
        last: undefined,
      };
      return cdrBatch.handle(context, { id: randomUUID(), data } as never);
    });
  await expect(send(1000)).rejects.toMatchObject({ code: 'not_found' });
  await db.forTenant(tenantId, (tx) =>
    putSource(tx, tenantId, {
      name: 'pbx',
      mapping: {},
      numbers: {},
      keepDays: 400,
      changedAt: now.toISOString(),
    }),
  );
  for (const durationMs of [1000, 1000, 2000]) await send(durationMs);
  const found = await db.forTenant(tenantId, (tx) => listCallRecords(tx, { outcome: 'pending', limit: 10 }));
  expect(found).toMatchObject([{ startedAt: '2026-11-01T09:00:00.000Z', durationMs: 2000 }]);
  expect(await database.asOwner('select 1 from reconciliation')).toHaveLength(2);
});
