import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../../../test/support/test-hub.ts';
import { holdPreview } from '../../schemas/matter.ts';
import { recordingPage } from '../../schemas/recording.ts';

jest.setTimeout(60_000); // a database is made and people sign in

const MONDAY = Date.parse('2026-11-16T08:00:00.000Z');

let database: TestDatabase;
let hub: TestHub;
/** Newest last, by what they are. */
const ids: { id: string; department: string | null; classification: string | null }[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  const kinds = [
    { department: 'sales', classification: null },
    { department: 'hr', classification: 'hr' },
    { department: null, classification: null },
    { department: 'sales', classification: 'interception' },
    { department: 'service', classification: 'legal' },
  ];
  for (let n = 0; n < 20; n += 1) {
    const kind = kinds[n % kinds.length]!;
    const startedAt = new Date(MONDAY + n * 60_000).toISOString();
    const document = { words: `agnes number ${n}` };
    ids.push({
      ...kind,
      id: await addRecordingRow(database.db, database.tenantId, { ...kind, startedAt }, document),
    });
  }
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

/** Someone of a role, in a department and in groups. */
async function person(
  role: string,
  groups: readonly string[] = [],
  department = 'sales',
): Promise<TestPerson> {
  const made = await hub.signIn(role);
  await database.asOwner('update app_user set groups = $2, department = $3 where id = $1', [
    made.userId,
    groups,
    department,
  ]);
  return made;
}

/** All pages of the list, three a page. */
async function listedBy(someone: TestPerson, query = ''): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await someone.read(
      recordingPage,
      `/api/v1/recordings?limit=3${query}${cursor === undefined ? '' : `&cursor=${cursor}`}`,
    );
    expect(page.items.length).toBe(page.nextCursor === undefined ? page.items.length : 3);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return seen;
}

const expected = (test: (one: (typeof ids)[number]) => boolean): string[] =>
  ids
    .filter(test)
    .map(({ id }) => id)
    .reverse();

describe('the list of recordings', () => {
  test('shows a supervisor the recordings of their department, with full pages, and none behind a wall', async () => {
    const lead = await person('supervisor');
    const own = expected(
      ({ department, classification }) => department === 'sales' && classification === null,
    );
    expect(await listedBy(lead)).toEqual(own);
    expect(await listedBy(lead, '&q=agnes')).toEqual(own);
    expect(await listedBy(lead, '&department=hr')).toEqual([]);
  });

  test('opens a wall to those who are named for it, and to no role', async () => {
    expect(await listedBy(await person('administrator'))).toEqual(
      expected(({ classification }) => classification === null),
    );
    expect(await listedBy(await person('auditor', ['hr', 'interception']))).toEqual(
      expected(({ classification }) => classification !== 'legal'),
    );
  });

  test('is what may be opened one by one', async () => {
    for (const someone of [
      await person('supervisor', ['interception']),
      await person('auditor', ['legal']),
    ]) {
      const listed = await listedBy(someone);
      for (const { id } of ids) {
        const { status } = await someone.fetch(`/api/v1/recordings/${id}`);
        expect({ id, opens: status === 200 }).toEqual({ id, opens: listed.includes(id) });
      }
    }
  });

  test('names in the preview of a hold those of what it counts that may be seen', async () => {
    const officer = await person('compliance_officer');
    const found = await officer.read(holdPreview, '/api/v1/holds/preview', {
      method: 'POST',
      body: { query: { regions: ['eu-central'] } },
    });
    expect(found.matches).toBe(ids.length);
    expect(found.sample.length).toBeGreaterThan(0);
    const visible = expected(({ classification }) => classification === null);
    expect(found.sample.filter((id) => !visible.includes(id))).toEqual([]);
  });
});
