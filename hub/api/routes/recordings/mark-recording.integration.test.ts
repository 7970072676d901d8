import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { placeHoldOn } from '../../../../test/support/hold-through-api.ts';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { parseLeaf } from '../../../../recorder-core/ledger/leaf.ts';
import { readRecording } from '../../../../recorder-core/records/recordings.ts';
import { searchLeaves } from '../../../../recorder-core/records/search-leaves.ts';
import { recordingMarks, recordingPage } from '../../schemas/recording.ts';

jest.setTimeout(60_000);
let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;
let id: string;
beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  officer = await hub.signIn('compliance_officer');
  // Behind the wall that the marks build.
  await database.asOwner("update app_user set groups = '{hr}' where id = $1", [officer.userId]);
  id = await addRecordingRow(database.db, database.tenantId, { department: 'Sales' });
  await addRecordingRow(database.db, database.tenantId);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const mark = (body: unknown, by = officer, recordingId = id) =>
  by.fetch(`/api/v1/recordings/${recordingId}/marks`, { method: 'POST', body });
const inTenant: <T>(work: Parameters<TestDatabase['db']['forTenant']>[1]) => Promise<T> = (work) =>
  database.db.forTenant(database.tenantId, work) as never;
const row = () => database.db.forTenant(database.tenantId, (tx) => readRecording(tx, id));
const leaves = () =>
  database.db.forTenant(database.tenantId, (tx) =>
    searchLeaves(tx, { objectId: id, acts: ['recording.marked'], limit: 10 }),
  );
const listed = async (query: string) =>
  (await officer.read(recordingPage, `/api/v1/recordings?${query}`)).items.map((one) => one.id);

test('sets classification and department, raises the revision, and the ledger has what was before', async () => {
  const before = await row();
  const answer = await officer.read(recordingMarks, `/api/v1/recordings/${id}/marks`, {
    method: 'POST',
    body: { classification: 'hr', reason: 'An application was talked about.' },
  });
  expect(answer).toEqual({ department: 'Sales', classification: 'hr' });
  expect((await row())!.revision).toBeGreaterThan(before!.revision);
  const [leaf] = (await leaves()).map(({ body }) => parseLeaf(body));
  expect(leaf).toMatchObject({
    outcome: 'done',
    facts: {
      before: { department: 'Sales', classification: null },
      after: { department: 'Sales', classification: 'hr' },
    },
  });
  expect(Object.keys(leaf!.commitments!).sort()).toEqual(['actor', 'actorId', 'reason']);
});

test('is found by both, and by neither where one differs', async () => {
  expect(await listed('department=Sales&classification=hr')).toEqual([id]);
  expect(await listed('department=Sales&classification=legal')).toEqual([]);
  expect(await listed('department=sales')).toEqual([]);
});

test('changes nothing where it says what is so already, and is refused what is no classification', async () => {
  const [before, noted] = [await row(), (await leaves()).length];
  expect((await mark({ classification: 'hr', reason: 'Again.' })).status).toBe(200);
  await readProblem(mark({ classification: 'H R', reason: 'Odd.' }), 400);
  await readProblem(mark({ classification: 'hr' }), 400);
  expect(await row()).toEqual(before);
  expect(await leaves()).toHaveLength(noted);
});

test('is for administrators and officers', async () => {
  for (const role of ['engineer', 'auditor'])
    await readProblem(mark({ classification: 'hr', reason: 'Mine.' }, await hub.signIn(role)), 403);
});

test('stays as it is under a hold, and says so', async () => {
  await placeHoldOn(hub.services, database.tenantId, [id]);
  const problem = await readProblem(mark({ department: null, reason: 'Moved.' }), 423);
  expect(problem).toMatchObject({ code: 'held', detail: expect.stringContaining('is held') });
  expect(await row()).toMatchObject({ department: 'Sales', classification: 'hr' });
  await expect(
    inTenant((tx) => tx.query('update recording set department = null where id = $1', [id])),
  ).rejects.toMatchObject({ code: '42501' });
});
