import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { accessLogPage } from '../../schemas/access-log.ts';

jest.setTimeout(60_000);
let database: TestDatabase;
let hub: TestHub;
let auditor: TestPerson;
let lead: TestPerson;
let id: string;
beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  auditor = await hub.signIn('auditor');
  lead = await hub.signIn('supervisor');
  id = await addRecordingRow(database.db, database.tenantId, { department: 'Sales', classification: 'hr' });
  const officer = await hub.signIn('compliance_officer');
  const place = `/api/v1/recordings/${id}`;
  await readProblem(lead.fetch(place), 403);
  await readProblem(officer.fetch(`${place}/audio?purpose=complaint`), 403);
  await database.asOwner('update recording set classification = null where id = $1', [id]);
  expect((await officer.fetch(place)).status).toBe(200);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const log = async (query = '', by = auditor) =>
  (await by.read(accessLogPage, `/api/v1/access-log?objectId=${id}${query}`)).entries;

test('tells who asked for what, with which outcome, by which policies, what for and by what means', async () => {
  expect(await log()).toMatchObject([
    {
      entered: 'recording.inspected',
      act: 'recording.read',
      outcome: 'allowed',
      policies: ['access/compliance_officer/recording.read'],
      means: 'session',
      purpose: null,
    },
    { entered: 'access.refused', act: 'recording.play', policies: ['wall/hr'], purpose: 'complaint' },
    {
      act: 'recording.read',
      outcome: 'refused',
      policies: ['wall/hr'],
      object: { type: 'recording', id },
      actor: { kind: 'person', name: lead.name },
    },
  ]);
});

test.each([
  ['person', () => `&person=${lead.userId}`, 1],
  ['name', () => `&person=${encodeURIComponent(lead.name)}`, 1],
  ['outcome', () => '&outcome=refused', 2],
  ['policy', () => '&policy=wall/hr', 2],
  ['another policy', () => '&policy=wall/legal', 0],
  ['act', () => '&act=recording.play', 1],
  ['all of them', () => `&act=recording.read&outcome=refused&policy=wall/hr&person=${lead.userId}`, 1],
  ['time', () => '&from=2100-01-01T00:00:00.000Z', 0],
])('is searched by %s', async (_by, query, count) => {
  expect(await log(query())).toHaveLength(count);
});

test('goes on page by page, each entry once', async () => {
  const first = await auditor.read(accessLogPage, `/api/v1/access-log?objectId=${id}&limit=2`);
  const rest = await log(`&limit=2&before=${first.nextBefore}`);
  expect([...first.entries, ...rest].map(({ index }) => index)).toEqual(
    (await log()).map(({ index }) => index),
  );
});

test('is a file as well, and neither for those who do not read the ledger', async () => {
  const csv = await (await auditor.fetch(`/api/v1/access-log/csv?objectId=${id}&outcome=refused`)).text();
  const [head, ...rows] = csv.trim().split('\r\n');
  expect(head).toBe('index,at,entered,act,outcome,object,object id,actor,policies,purpose,means');
  expect(rows).toHaveLength(2);
  for (const path of ['access-log', 'access-log/csv']) await readProblem(lead.fetch(`/api/v1/${path}`), 403);
  await readProblem(auditor.fetch('/api/v1/access-log?outcome=perhaps'), 400);
});

test('shows entries about an interception to nobody who is not named for it', async () => {
  await database.asOwner("update recording set classification = 'interception' where id = $1", [id]);
  expect(await log()).toEqual([]);
});
