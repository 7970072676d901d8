import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { anyOf, arrayText, isRecordingOf, sharedText, sparseText } from './array-text.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** PostgreSQL keeps every text but for those with a NUL or half a surrogate pair. */
const kept = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '').toWellFormed());
const awkward = fc.constantFrom(
  '',
  'NULL',
  'null',
  '{}',
  'a,b',
  '"',
  '\\',
  '\\"',
  ' ',
  '\n',
  'ä',
  '-1',
  'a b',
);

test('PostgreSQL reads of the text what was put into it, whatever that is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(kept, awkward, fc.constant(null))), async (values) => {
      const [row] = await database.asOwner('select $1::text[] as read', [arrayText(values)]);
      expect(row).toEqual({ read: values });
    }),
  );
});

test('numbers, truths and ids are read as such', async () => {
  const id = '0199f2c4-0000-7000-8000-000000000001';
  const [row] = await database.asOwner('select $1::int[] as n, $2::boolean[] as b, $3::uuid[] as i', [
    arrayText([1, null, -2]),
    arrayText([true, false, null]),
    arrayText([id, null]),
  ]);
  expect(row).toEqual({ n: [1, null, -2], b: [true, false, null], i: [id, null] });
});

test('what all share is sent once, what is null for all not at all, and each row has it', async () => {
  const [row] = await database.asOwner(
    `select array_agg(coalesce(s, ($2::text[])[1]) order by n) as shared, array_agg(v order by n) as sparse
       from unnest($1::int[], $2::text[], $3::text[]) as u (n, s, v)`,
    [arrayText([1, 2, 3]), sharedText(['x', 'x', 'x']), sparseText([null, null, null])],
  );
  expect(row).toEqual({ shared: ['x', 'x', 'x'], sparse: [null, null, null] });
  expect(sharedText(['x', 'x', 'x'])).toBe('{x}');
  expect(sharedText(['x', 'y'])).toBe('{x,y}');
  expect(sparseText([null, 'y'])).toBe('{NULL,y}');
});

test('ids are found among those of a parameter, and where they are thousands the plan is the same', async () => {
  const ids = Array.from(
    { length: 2000 },
    (_none, index) => `0199f2c4-0000-7000-8000-${String(index).padStart(12, '0')}`,
  );
  const found = await database.asOwner(
    `select u.id from unnest($2::uuid[]) as u (id) where u.id = ${anyOf('$1')}`,
    [arrayText(ids), arrayText([ids[1999]!, database.tenantId])],
  );
  expect(found).toEqual([{ id: ids[1999] }]);
  const planOf = (values: readonly string[]) =>
    database.asOwner(`explain (costs on) select id from recording where id = ${anyOf('$1')}`, [
      arrayText(values),
    ]);
  expect(await planOf(ids)).toEqual(await planOf(ids.slice(0, 1)));
});

test('recordings of any months are found among those listed, in whatever order, and none among none', async () => {
  const { db, tenantId } = database;
  const [first, other, last] = [
    await addRecordingRow(db, tenantId, { startedAt: '2026-01-15T12:00:00.000Z' }),
    await addRecordingRow(db, tenantId, { startedAt: '2026-03-15T12:00:00.000Z' }),
    await addRecordingRow(db, tenantId, { startedAt: '2026-05-15T12:00:00.000Z' }),
  ];
  const found = async (...ids: string[]) =>
    (
      await database.asOwner<{ id: string }>(
        `select id from recording where ${isRecordingOf('id', '$1')} order by id`,
        [arrayText(ids)],
      )
    ).map(({ id }) => id);
  expect(await found(last, first)).toEqual([first, last]);
  expect(await found(last, other, first)).toEqual([first, other, last]);
  expect(await found(other)).toEqual([other]);
  expect(await found()).toEqual([]);
});
