import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { ledgerPage } from '../../schemas/ledger.ts';
import { lineOf } from './send-leaves-csv.ts';

let database: TestDatabase;
let hub: TestHub;
let auditor: TestPerson;
let recordings: string[];

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  auditor = await hub.signIn('auditor');
  recordings = [];
  for (let i = 0; i < 5; i += 1) recordings.push(await addRecordingRow(database.db, database.tenantId));
  for (const id of recordings) await auditor.fetch(`/api/v1/recordings/${id}`);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const search = (query: string) => auditor.read(ledgerPage, `/api/v1/ledger/leaves?${query}`);

describe('the search of the ledger', () => {
  test('finds by actor, object, act and time together, each leaf with its proof', async () => {
    const page = await search(
      `actor=${encodeURIComponent(auditor.name)}&objectId=${recordings[0]}&act=recording.inspected`,
    );
    expect(page.entries).toMatchObject([
      {
        act: 'recording.inspected',
        object: { type: 'recording', id: recordings[0] },
        actor: { kind: 'person', name: auditor.name },
        proven: true,
      },
    ]);
    expect((await search(`actor=${auditor.userId}&act=recording.inspected`)).entries).toHaveLength(5);
    expect((await search('actor=Nobody')).entries).toEqual([]);
    expect((await search('objectType=recording&to=2020-01-01T00:00:00Z')).entries).toEqual([]);
  });

  test('goes on where a page ended, without gap and without repetition', async () => {
    const seen: number[] = [];
    for (
      let before: number | undefined = undefined, first = true;
      first || before !== undefined;
      first = false
    ) {
      const next: string = before === undefined ? '' : `&before=${before}`;
      const page = await search(`objectType=recording&limit=2${next}`);
      seen.push(...page.entries.map(({ index }) => index));
      before = page.nextBefore;
    }
    expect(seen).toHaveLength(5);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
  });

  test.each(['act=DROP', 'limit=101', 'from=yesterday', 'nonsense=1', 'before=-1'])(
    'refuses %s and names the field',
    async (query) => {
      const field = `/query/${query.split('=')[0]}`;
      const answer = auditor.fetch(`/api/v1/ledger/leaves?${query}`);
      expect(await readProblem(answer, 400)).toMatchObject({ field });
    },
  );

  test('gives the same as CSV, and is itself in the ledger', async () => {
    const answer = await auditor.fetch('/api/v1/ledger/leaves/csv?act=recording.inspected');
    expect(answer.headers.get('content-type')).toContain('text/csv');
    const lines = (await answer.text()).trimEnd().split('\r\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe('index,at,act,outcome,object,object id,actor,rules,facts,leaf hash');
    expect(lines[1]).toContain(`,${recordings[4]},`);
    const { entries } = await search('act=access.granted&objectType=tenant');
    expect(entries[0]).toMatchObject({ actor: { name: auditor.name } });
  });

  test('is not for engineers, and shows nothing of another tenant', async () => {
    const engineer = await hub.signIn('engineer');
    for (const path of ['/api/v1/ledger/leaves', '/api/v1/ledger/leaves/csv'])
      await readProblem(engineer.fetch(path), 403);
    const stranger = await hub.signIn('administrator', await database.addTenant());
    const page = await stranger.read(ledgerPage, '/api/v1/ledger/leaves?objectType=recording');
    expect(page.entries).toEqual([]);
  });
});

test('a cell of the CSV is quoted where it must be and never a formula', () => {
  expect(lineOf(['a', 'b "c"', 'd,e', '=1+1', '@x', '-2', ''])).toBe(`a,"b ""c""","d,e",'=1+1,'@x,'-2,\r\n`);
});
