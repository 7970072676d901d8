import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { exportDetail } from './schemas/export.ts';
import { hold } from './schemas/hold.ts';
import { matterDetail } from './schemas/matter.ts';
import { requestDetail, requestSummary } from './schemas/request.ts';

let database: TestDatabase;
let hub: TestHub;
/** In the group behind the wall. */
let insider: TestPerson;
let outsider: TestPerson;
let plain: string;
let walled: string;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  insider = await hub.signIn('compliance_officer');
  outsider = await hub.signIn('compliance_officer');
  await database.asOwner("update app_user set groups = '{hr}' where id = $1", [insider.userId]);
  plain = await addRecordingRow(database.db, database.tenantId);
  walled = await addRecordingRow(database.db, database.tenantId);
  await database.asOwner("update recording set classification = 'hr' where id = $1", [walled]);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

test('a matter names the recordings that its reader may see, and counts the others', async () => {
  const body = { matter: 'Matter 7', reason: 'Litigation is expected.', recordingIds: [plain, walled] };
  const { matterId } = await insider.read(hold, '/api/v1/holds', { method: 'POST', body });
  const holdsFor = async (reader: TestPerson) =>
    (await reader.read(matterDetail, `/api/v1/matters/${matterId}`)).holds;
  expect(await holdsFor(insider)).toMatchObject([{ recordingIds: [plain, walled], withheld: 0 }]);
  expect(await holdsFor(outsider)).toMatchObject([{ recordingIds: [plain], withheld: 1 }]);
});

test('an export names the recordings that its reader may see, and counts the others', async () => {
  const exportId = randomUUID();
  await database.asOwner(
    `insert into export (tenant_id, id, purpose, recipient, recipient_key, state, requested_by, requested_at, expires_at, approval_rule, recordings, bytes)
     values ($1, $2, 'Court', 'Court', 'age1', 'requested', $3, now(), now() + interval '1 day', 'export/over-limit', 2, 1)`,
    [database.tenantId, exportId, insider.userId],
  );
  await database.asOwner(
    'insert into export_item (tenant_id, export_id, recording_id) select $1, $2, unnest($3::uuid[])',
    [database.tenantId, exportId, [plain, walled]],
  );
  const ofExport = (reader: TestPerson) => reader.read(exportDetail, `/api/v1/exports/${exportId}`);
  expect((await ofExport(insider)).recordingIds.toSorted()).toEqual([plain, walled].toSorted());
  expect(await ofExport(outsider)).toMatchObject({ recordingIds: [plain], withheld: 1, recordings: 2 });
});

test('a request lists the items that its reader may see, and counts the others', async () => {
  const { id } = await insider.read(requestSummary, '/api/v1/requests', {
    method: 'POST',
    body: { kind: 'access', person: 'A person', identifiers: [{ kind: 'address', value: '+49 30 1234567' }] },
  });
  await database.asOwner(
    `insert into request_item (tenant_id, request_id, recording_id, party_ids, others, decision)
     select $1, $2, unnest($3::uuid[]), '{}', false, 'give'`,
    [database.tenantId, id, [plain, walled]],
  );
  const itemsFor = async (reader: TestPerson) => {
    const { items, withheldItems } = await reader.read(requestDetail, `/api/v1/requests/${id}`);
    return [items.length, withheldItems];
  };
  expect(await itemsFor(insider)).toEqual([2, 0]);
  expect(await itemsFor(outsider)).toEqual([1, 1]);
});
