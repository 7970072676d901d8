import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addConnectionRow } from '../../test/support/connection-row.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { insertReceipts, readReceipts, type Receipt } from './receipts.ts';

let database: TestDatabase;
let receipt: Receipt;
beforeAll(async () => {
  database = await openTestDatabase();
  const { db, tenantId } = database;
  const connectionId = await addConnectionRow(
    { db, tenantId },
    { id: randomUUID(), connector: 'sample', name: 'Sample', config: {} },
  );
  receipt = {
    id: randomUUID(),
    connectionId,
    operation: 'upsert-recording',
    subject: { type: 'recording', id: await addRecordingRow(db, tenantId) },
    outcome: 'done',
    remoteId: 'a "quoted", {braced} id',
    remoteVersion: null,
    detail: 'updated, contact-ambiguous',
    contentSha256: 'a0'.repeat(32),
    contentSalt: 'b1'.repeat(16),
    at: new Date().toISOString(),
  };
});
afterAll(() => database.close());

const insert = (change: Partial<Receipt>) =>
  database.db.forTenant(database.tenantId, (tx) =>
    insertReceipts(tx, database.tenantId, [{ ...receipt, id: randomUUID(), ...change }]),
  );

test('are read as they were written', async () => {
  const { id } = receipt;
  await insert({ id });
  const read = await database.db.forTenant(database.tenantId, (tx) => readReceipts(tx, receipt.subject));
  expect(read.map((one) => ({ ...one, subject: receipt.subject }))).toEqual([
    { ...receipt, connection: 'Sample' },
  ]);
});

test('that name a connection which the tenant does not have are refused', async () => {
  await expect(insert({ connectionId: randomUUID() })).rejects.toThrow('its tenant does not have');
});

test.each([
  ['short', { contentSha256: 'a0'.repeat(31) }],
  ['not hexadecimal', { contentSha256: `${'a0'.repeat(31)}g0` }],
  ['short', { contentSalt: 'b1' }],
  ['not hexadecimal', { contentSalt: ` ${'b1'.repeat(15)}0` }],
])('with a digest or salt that is %s are refused', async (_how, change) => {
  await expect(insert(change)).rejects.toThrow(/receipt_content|hexadecimal/);
});
