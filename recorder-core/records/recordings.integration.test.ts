import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { addRecordingRow, recordingRow } from '../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { foldWords } from '../policy/fold-words.ts';
import { newId } from './ids.ts';
import { insertRecording, listRecordings, type Recording } from './recordings.ts';
import { removeSearchDocument, upsertSearchDocument } from './search-documents.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const MONDAY = Date.parse('2026-11-16T08:00:00.000Z');

function page(tenantId: string, limit: number, before: Recording | undefined): Promise<Recording[]> {
  return database.db.forTenant(tenantId, (tx) =>
    listRecordings(tx, { limit, ...(before === undefined ? {} : { before }) }),
  );
}

function search(tenantId: string, q: string): Promise<string[]> {
  const words = foldWords(q).split(' ').filter(Boolean);
  return database.db.forTenant(tenantId, async (tx) =>
    (await listRecordings(tx, { words, limit: 100 })).map(({ id }) => id),
  );
}

describe('the pages of the list', () => {
  test('show what was there at the start once each and in order, whatever is added meanwhile', async () => {
    const history = fc.record({
      // Few instants for many rows, so that ties are the rule.
      rows: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 15 }),
      limit: fc.integer({ min: 1, max: 6 }),
      added: fc.array(fc.integer({ min: -3, max: 8 }), { maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(history, async ({ rows, limit, added }) => {
        const tenantId = await database.addTenant();
        const add = (second: number): Promise<string> =>
          addRecordingRow(database.db, tenantId, {
            startedAt: new Date(MONDAY + second * 1000).toISOString(),
          });
        const first: string[] = [];
        for (const second of rows) first.push(await add(second));
        const pending = [...added];
        const seen: Recording[] = [];
        for (;;) {
          const found = await page(tenantId, limit, seen.at(-1));
          seen.push(...found);
          const next = pending.shift();
          if (next !== undefined) await add(next);
          if (found.length < limit) break;
        }
        const ids = seen.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids).toEqual(expect.arrayContaining(first));
        const order = seen.map(({ startedAt, id }) => `${startedAt} ${id}`);
        expect(order).toEqual([...order].sort().reverse());
      }),
      { numRuns: 20 },
    );
  });

  test('filter by state and by hold without losing a place', async () => {
    const tenantId = await database.addTenant();
    const ids: string[] = [];
    for (let i = 0; i < 6; i += 1)
      ids.unshift(
        await addRecordingRow(database.db, tenantId, {
          startedAt: new Date(MONDAY + i * 1000).toISOString(),
        }),
      );
    await database.asOwner("update recording set state = 'retained' where id = any ($1)", [ids.slice(0, 3)]);
    const hold = newId(MONDAY);
    await database.asOwner(
      'insert into hold (tenant_id, id, matter, reason, placed_by, placed_at) values ($1, $2, $3, $3, $2, now())',
      [tenantId, hold, 'M-1'],
    );
    await database.asOwner('insert into hold_item select $1, $2, unnest($3::uuid[])', [
      tenantId,
      hold,
      [ids[1], ids[4]],
    ]);
    const list = (filter: object): Promise<string[]> =>
      database.db.forTenant(tenantId, async (tx) =>
        (await listRecordings(tx, { limit: 10, ...filter })).map(({ id }) => id),
      );
    expect(await list({ state: 'retained' })).toEqual(ids.slice(0, 3));
    expect(await list({ held: true })).toEqual([ids[1], ids[4]]);
    expect(await list({ held: false, limit: 3 })).toEqual([ids[0], ids[2], ids[3]]);
    expect(await list({ state: 'retained', held: true })).toEqual([ids[1]]);
    await database.asOwner('update hold set released_at = now(), released_by = id where id = $1', [hold]);
    expect(await list({ held: true })).toEqual([]);
  });
});

describe('the search', () => {
  test('finds names in any case and accent, numbers by any run of digits, all words in any order', async () => {
    const tenantId = await database.addTenant();
    const add = (name: string, address: string): Promise<string> =>
      addRecordingRow(database.db, tenantId, {}, { parties: [{ name, address }], durationMs: 4711 });
    const agnes = await add('Ágnes Szőke', 'sip:+442079460001@sbc.example');
    const carl = await add('CARL Straßer', 'tel:+14155550100');
    for (const q of ['ágnes', 'AGNES', 'agn', 'szoke Ágnes', '4420', '0794600', 'sbc.EXAMPLE', 'ｓｚｏｋｅ'])
      expect({ q, found: await search(tenantId, q) }).toEqual({ q, found: [agnes] });
    for (const q of ['carl', 'STRASSER', 'straßer', '+1415', '5550100', 'carl 0100 straß'])
      expect({ q, found: await search(tenantId, q) }).toEqual({ q, found: [carl] });
    expect((await search(tenantId, '4711')).sort()).toEqual([agnes, carl].sort());
    expect(await search(tenantId, 'agnes straßer')).toEqual([]);
  });

  test('takes every character as itself, also those that LIKE or SQL would not', async () => {
    const tenantId = await database.addTenant();
    const names = ['100%', '1000', 'a_b', 'axb', 'c\\d', 'c\\\\d', "O'Neil", 'O"Neil', '{x,y}', '%_%', '$1'];
    const ids = new Map<string, string>();
    for (const name of names) ids.set(await addRecordingRow(database.db, tenantId, {}, { name }), name);
    for (const q of [...names, '%', '_', '\\', '\\\\', "'", '"', '{', 'NULL', '%%', '\\%', '_b', ',']) {
      const found = (await search(tenantId, q)).map((id) => ids.get(id)!);
      const expected = names.filter((name) => foldWords(name).includes(foldWords(q)));
      expect({ q, found: found.sort() }).toEqual({ q, found: expected.sort() });
    }
  });

  test('agrees with a plain search over the texts, for any texts and any question', async () => {
    const LETTERS = [
      'a',
      'A',
      'á',
      'ß',
      'S',
      'Σ',
      'ς',
      '%',
      '_',
      '\\',
      "'",
      ' ',
      '1',
      '１',
      '٣',
      '日',
      '😀',
      'é',
      'e',
    ];
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 8 }),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 6 }), text, async (texts, q) => {
        const tenantId = await database.addTenant();
        const ids = new Map<string, string>();
        for (const name of texts) ids.set(await addRecordingRow(database.db, tenantId, {}, { name }), name);
        const words = foldWords(q).split(' ').filter(Boolean);
        const expected = texts.filter((name) => words.every((word) => foldWords(name).includes(word)));
        const found = (await search(tenantId, q)).map((id) => ids.get(id)!);
        expect(found.sort()).toEqual(expected.sort());
      }),
      { numRuns: 40 },
    );
  });

  test('finds no document that was withdrawn, and a late older copy does not bring it back', async () => {
    const tenantId = await database.addTenant();
    const id = await addRecordingRow(database.db, tenantId, {}, { name: 'Vanishing' });
    await database.db.forTenant(tenantId, (tx) => removeSearchDocument(tx, id, 5));
    const late = { recordingId: id, revision: 4, held: false, document: { name: 'Vanishing' } };
    const stored = await database.db.forTenant(tenantId, (tx) => upsertSearchDocument(tx, tenantId, late));
    expect(stored).toBe(false);
    expect(await search(tenantId, 'vanishing')).toEqual([]);
  });
});

describe('rows of recordings', () => {
  test('lie in the partition of the month that their id bears, to the millisecond', async () => {
    const cases = [
      ['2026-11-01T00:00:00.000Z', 'recording_2026_11'],
      ['2026-11-30T23:59:59.999Z', 'recording_2026_11'],
      ['2026-12-01T00:00:00.000Z', 'recording_2026_12'],
      ['2026-12-31T23:59:59.999Z', 'recording_2026_12'],
      ['2027-01-01T00:00:00.000Z', 'recording_2027_01'],
      ['2028-02-29T12:00:00.000Z', 'recording_2028_02'],
      ['2031-05-05T05:05:05.005Z', 'recording_other'],
      ['1999-01-01T00:00:00.000Z', 'recording_other'],
    ] as const;
    await database.asOwner("select ensure_month_partitions('recording', date '2028-02-01', 1)");
    for (const [instant, partition] of cases) {
      const id = await addRecordingRow(database.db, database.tenantId, { id: newId(Date.parse(instant)) });
      const stored = await database.asOwner(
        'select tableoid::regclass::text as partition from recording where id = $1',
        [id],
      );
      expect({ instant, stored }).toEqual({ instant, stored: [{ partition }] });
    }
  });

  test('are added once: the same recording again changes nothing', async () => {
    const tenantId = await database.addTenant();
    const row = recordingRow();
    const insert = (change: object): Promise<boolean> =>
      database.db.forTenant(tenantId, (tx) => insertRecording(tx, tenantId, { ...row, ...change }));
    expect(await Promise.all([insert({}), insert({}), insert({})])).toEqual(
      expect.arrayContaining([true, false, false]),
    );
    expect(await insert({ region: 'us-east' })).toBe(false);
    const stored = await database.db.forTenant(tenantId, (tx) => listRecordings(tx, { limit: 10 }));
    expect(stored).toMatchObject([{ id: row.id, region: row.region, revision: 1 }]);
  });

  test('raise their revision with every change', async () => {
    const id = await addRecordingRow(database.db, database.tenantId);
    for (const revision of [2, 3, 4]) {
      await database.db.forTenant(database.tenantId, (tx) =>
        tx.query('update recording set region = region where id = $1', [id]),
      );
      expect(await database.asOwner('select revision from recording where id = $1', [id])).toEqual([
        { revision },
      ]);
    }
  });
});
