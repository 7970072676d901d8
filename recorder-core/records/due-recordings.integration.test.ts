import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDueRecordings } from '../../test/support/due-recordings.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { listDue, SHARDS, type DueCursor } from './due-recordings.ts';

let database: TestDatabase;
let oldestFirst: readonly { readonly id: string; readonly shard: number }[];

beforeAll(async () => {
  database = await openTestDatabase();
  await addDueRecordings(database, { count: 300, dueDaysAgo: 2 });
  await addDueRecordings(database, { count: 100, dueDaysAgo: 1 });
  await addDueRecordings(database, { count: 20, dueDaysAgo: -1 });
  // Not evenly spread: some shards have far more of the oldest than others.
  await database.asOwner(
    `update recording_retention set retain_until = retain_until - make_interval(hours => shard % 3 * 12)
      where retain_until < now()`,
  );
  oldestFirst = await database.asOwner(
    'select recording_id as id, shard from recording_retention where due_at <= now() order by due_at, recording_id',
  );
});
afterAll(() => database.close());

/** All pages of some shards, each from where the last one ended. */
async function readPages(shards: readonly number[], limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let after: DueCursor | undefined;
  for (let more = true; more;) {
    const asked = { asOf: new Date().toISOString(), limit, shards, after, heldToo: true };
    const page = await database.db.forTenant(database.tenantId, (tx) => listDue(tx, asked));
    pages.push(page.due.map(({ id }) => id));
    after = page.last ?? after;
    more = page.full;
  }
  return pages;
}

test('pages over any shards have all that is due of them, the oldest first, each once and never more than asked for', async () => {
  const some = fc.uniqueArray(fc.nat(SHARDS - 1), { minLength: 1, maxLength: SHARDS });
  await fc.assert(
    fc.asyncProperty(some, fc.integer({ min: 1, max: 150 }), async (shards, limit) => {
      const pages = await readPages(shards, limit);
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(limit);
      const wanted = oldestFirst.filter(({ shard }) => shards.includes(shard)).map(({ id }) => id);
      expect(pages.flat()).toEqual(wanted);
    }),
    { numRuns: 25 },
  );
}, 120_000);
