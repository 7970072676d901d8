import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { insertRun, type NewRun } from '../../recorder-core/records/disposal-runs.ts';
import { raiseFindings } from '../../recorder-core/records/findings.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { certificateList, disposalRun } from './schemas/disposal.ts';
import { exportDetail } from './schemas/export.ts';
import { hold } from './schemas/hold.ts';
import { incidentDetail, incidentSummary } from './schemas/incident.ts';
import { matterDetail } from './schemas/matter.ts';
import { findingList } from './schemas/report.ts';
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

test('a request lists the items that its reader may see, counts the others and says whom to ask', async () => {
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
    const { items, withheldItems, withheldBy } = await reader.read(requestDetail, `/api/v1/requests/${id}`);
    return [items.length, withheldItems, withheldBy.map(({ policy, ask }) => [policy, ask])];
  };
  expect(await itemsFor(insider)).toEqual([2, 0, []]);
  const ask = expect.stringContaining('Ask whoever names people for hr');
  expect(await itemsFor(outsider)).toEqual([1, 1, [['wall/hr', ask]]]);
});

test('an incident names the evidence that its reader may see, and is not found by what they may not', async () => {
  const body = {
    kind: 'breach',
    severity: 'high',
    title: 'It was overheard.',
    recordingIds: [plain, walled],
  };
  const { id } = await insider.read(incidentDetail, '/api/v1/incidents', { method: 'POST', body });
  const evidenceFor = async (reader: TestPerson) =>
    (await reader.read(incidentDetail, `/api/v1/incidents/${id}`)).evidence;
  expect(await evidenceFor(insider)).toMatchObject({ recordings: [plain, walled], withheld: 0 });
  expect(await evidenceFor(outsider)).toMatchObject({ recordings: [plain], withheld: 1 });
  const list = z.object({ items: z.array(incidentSummary) });
  const about = async (reader: TestPerson, recordingId: string) =>
    (await reader.read(list, `/api/v1/incidents?recordingId=${recordingId}`)).items.map((one) => one.id);
  expect(await about(insider, walled)).toEqual([id]);
  expect(await about(outsider, walled)).toEqual([]);
  expect(await about(outsider, plain)).toEqual([id]);
});

test('certificates are listed and read by whoever may see what they are about', async () => {
  await database.asOwner(
    `insert into disposal_certificate (tenant_id, recording_id, policy_epoch, disposed_at, rules, evidence, ledger_index)
     select $1, unnest($2::uuid[]), 1, now(), '[]', '{}', 1`,
    [database.tenantId, [plain, walled]],
  );
  const certificatesFor = async (reader: TestPerson) => {
    const { items, withheld } = await reader.read(certificateList, '/api/v1/disposals/certificates');
    return [items.map(({ recordingId }) => recordingId).toSorted(), withheld];
  };
  expect(await certificatesFor(insider)).toEqual([[plain, walled].toSorted(), 0]);
  expect(await certificatesFor(outsider)).toEqual([[plain], 1]);
  const path = (id: string): string => `/api/v1/disposals/certificates/${id}`;
  expect((await insider.fetch(path(walled))).status).toBe(200);
  expect((await outsider.fetch(path(plain))).status).toBe(200);
  expect(await readProblem(outsider.fetch(path(walled)), 403)).toMatchObject({
    policies: [{ id: 'wall/hr' }],
  });
});

test('the sample of a run of disposals names what its reader may see', async () => {
  const at = new Date().toISOString();
  const sampled = (recordingId: string) => ({
    recordingId,
    retentionClass: 'business-call',
    capturedAt: at,
    promised: null,
    floors: [],
    reference: 'DISPOSE',
    proven: true,
  });
  const run: NewRun = {
    id: randomUUID(),
    state: 'claiming',
    openedAt: at,
    asOf: at,
    due: 2,
    dueExact: true,
    classes: [],
    rules: [],
    sample: [sampled(plain), sampled(walled)],
    rule: 'disposal/usual-volume',
    reason: null,
    approvalId: null,
  };
  await database.db.forTenant(database.tenantId, (tx) => insertRun(tx, database.tenantId, run));
  const sampleFor = async (reader: TestPerson) => {
    const { sample, sampleWithheld } = await reader.read(disposalRun, `/api/v1/disposals/runs/${run.id}`);
    return [sample.map(({ recordingId }) => recordingId), sampleWithheld];
  };
  expect(await sampleFor(insider)).toEqual([[plain, walled], 0]);
  expect(await sampleFor(outsider)).toEqual([[plain], 1]);
});

test('findings are listed for whoever may see what they are about', async () => {
  const finding = (key: string, type: string, id: string) => ({
    key,
    section: 'media',
    kind: 'lost',
    severity: 'minor' as const,
    subject: { type, id },
    statement: 'It cannot be read.',
  });
  const context = { tenantId: database.tenantId, now: new Date(), newId: () => randomUUID() };
  await database.db.forTenant(database.tenantId, (tx) =>
    raiseFindings(tx, context, [
      finding('a', 'recording', plain),
      finding('b', 'recording', walled),
      finding('c', 'tenant', database.tenantId),
    ]),
  );
  const findingsFor = async (reader: TestPerson) => {
    const { items, withheld } = await reader.read(findingList, '/api/v1/findings');
    return [items.map(({ subjectId }) => subjectId).toSorted(), withheld];
  };
  expect(await findingsFor(insider)).toEqual([[plain, walled, database.tenantId].toSorted(), 0]);
  expect(await findingsFor(outsider)).toEqual([[plain, database.tenantId].toSorted(), 1]);
});
