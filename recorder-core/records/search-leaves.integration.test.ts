import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { Act } from '../ledger/acts.ts';
import { parseLeaf } from '../ledger/leaf.ts';
import { readRoot } from '../ledger/merkle.ts';
import { verifyInclusion } from '../ledger/proofs.ts';
import { eraseOpenings, type ErasedPerson } from './erase-openings.ts';
import { actedBy } from './leaf-people.ts';
import { appendLeaves, nodeReader, readHead } from './ledger-log.ts';
import { readLeavesWithProofs } from './proven-leaves.ts';
import { searchLeaves, type LeafSearch } from './search-leaves.ts';
import { readLeavesAbout, type StoredLeaf } from './stored-leaves.ts';

const ADA = { id: randomUUID(), name: 'Ada Lovelace' };
const BOB = { id: randomUUID(), name: 'Bob Cratchit' };
/** Another person of the same name. */
const BOB_TOO = { id: randomUUID(), name: 'Bob Cratchit' };

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Two days of acts, one an hour: Ada plays, Bob holds, Bob too plays, the product stores; the first is of before ids. */
async function tenantWithDays(): Promise<string> {
  const tenantId = await database.addTenant();
  const kinds: { act: Act; personal: Record<string, string> }[] = [
    { act: 'recording.played', personal: { ...actedBy(ADA), reason: 'A complaint.' } },
    { act: 'hold.placed', personal: { ...actedBy(BOB), matter: 'Ada Lovelace' } },
    { act: 'recording.played', personal: actedBy(BOB_TOO) },
    { act: 'recording.stored', personal: {} },
  ];
  const entries = Array.from({ length: 48 }, (_, hour) => {
    const { act, personal } = kinds[hour % 4]!;
    const object = { type: 'recording', id: `r${hour % 3}` };
    return {
      leaf: { at: new Date(Date.UTC(2026, 10, 1, hour)), act, object, outcome: 'done' },
      personal: hour === 0 ? { actor: ADA.name } : personal,
    };
  });
  await database.db.forTenant(tenantId, (tx) => appendLeaves(tx, tenantId, entries));
  return tenantId;
}

function search(tenantId: string, what: Partial<LeafSearch>): Promise<StoredLeaf[]> {
  return database.db.forTenant(tenantId, (tx) => searchLeaves(tx, { limit: 100, ...what }));
}

const hours = (where: (hour: number) => boolean): number[] =>
  Array.from({ length: 48 }, (_, hour) => hour)
    .filter(where)
    .reverse();
const indices = (leaves: readonly StoredLeaf[]): number[] => leaves.map(({ index }) => index);

describe('searchLeaves', () => {
  test.each<[string, Partial<LeafSearch>, (hour: number) => boolean]>([
    ['everything', {}, () => true],
    ['the id of who acted', { actor: { id: BOB.id } }, (hour) => hour % 4 === 1],
    ['a name, of whoever has it', { actor: { name: BOB.name } }, (hour) => hour % 4 === 1 || hour % 4 === 2],
    ['an id or a name', { actor: ADA }, (hour) => hour % 4 === 0],
    [
      'an id alone, not leaves of before ids',
      { actor: { id: ADA.id } },
      (hour) => hour % 4 === 0 && hour > 0,
    ],
    ['nobody', { actor: {} }, () => false],
    ['a part of a name', { actor: { name: 'Bob' } }, () => false],
    ['an object', { objectId: 'r1' }, (hour) => hour % 3 === 1],
    ['an object of another type', { objectType: 'export', objectId: 'r1' }, () => false],
    ['acts', { acts: ['hold.placed', 'recording.stored'] }, (hour) => hour % 4 === 1 || hour % 4 === 3],
    ['no act', { acts: [] }, () => false],
    [
      'a day',
      { from: '2026-11-01T05:00:00.000Z', to: '2026-11-02T00:00:00.000Z' },
      (hour) => hour >= 5 && hour < 24,
    ],
    [
      'all of it together',
      {
        actor: { id: BOB.id },
        objectType: 'recording',
        objectId: 'r2',
        acts: ['hold.placed'],
        from: '2026-11-01T12:00:00Z',
      },
      (hour) => hour % 4 === 1 && hour % 3 === 2 && hour >= 12,
    ],
  ])('finds by %s', async (_name, what, where) => {
    expect(indices(await search(await tenantWithDays(), what))).toEqual(hours(where));
  });

  test('gives pages that together are everything once, while the log grows', async () => {
    const tenantId = await tenantWithDays();
    const found: number[] = [];
    for (let before: number | undefined; ;) {
      const page = await search(tenantId, {
        acts: ['recording.played'],
        limit: 5,
        ...(before !== undefined && { before }),
      });
      if (page.length === 0) break;
      found.push(...indices(page));
      before = page.at(-1)!.index;
      const leaf = {
        at: new Date(),
        act: 'recording.played',
        object: { type: 'recording', id: 'r9' },
        outcome: 'done',
      } as const;
      await database.db.forTenant(tenantId, (tx) => appendLeaves(tx, tenantId, [{ leaf }]));
    }
    expect(found).toEqual(hours((hour) => hour % 2 === 0));
  });

  test('finds what was committed just before, and nothing of another tenant', async () => {
    await tenantWithDays();
    expect(await search(await database.addTenant(), {})).toEqual([]);
  });
});

describe('eraseOpenings', () => {
  const erase = (tenantId: string, person: ErasedPerson): Promise<number> =>
    database.db.forTenant(tenantId, (tx) =>
      eraseOpenings(tx, tenantId, person, { id: randomUUID(), at: new Date(), by: BOB }),
    );

  /** All leaves about the recordings; each of them proven. */
  async function proven(tenantId: string): Promise<StoredLeaf[]> {
    return database.db.forTenant(tenantId, async (tx) => {
      const { size } = await readHead(tx);
      const root = await readRoot(size, nodeReader(tx));
      const what = { type: 'recording', ids: ['r0', 'r1', 'r2'] };
      const leaves = await Array.fromAsync(readLeavesWithProofs(tx, what, size));
      const wrong = leaves.filter(
        ({ index, body, proof }) => !verifyInclusion(body, index, size, proof, root),
      );
      expect(wrong).toEqual([]);
      return leaves;
    });
  }

  test('makes one person unfindable, leaves namesakes alone, and every leaf stands and is proven as before', async () => {
    const tenantId = await tenantWithDays();
    expect(await search(tenantId, { actor: { id: BOB_TOO.id } })).toHaveLength(12);
    const before = await proven(tenantId);
    expect(await erase(tenantId, { userId: BOB_TOO.id })).toBe(24);
    expect(await search(tenantId, { actor: { id: BOB_TOO.id } })).toEqual([]);
    expect(await search(tenantId, { actor: { name: BOB.name } })).toHaveLength(12 + 1); // with the erasure itself
    const after = await proven(tenantId);
    expect(after.map(({ body }) => body)).toEqual(before.map(({ body }) => body));
    const [gone, others] = [
      after.filter(({ index }) => index % 4 === 2),
      after.filter(({ index }) => index % 4 !== 2),
    ];
    expect(gone.map(({ openings, erased }) => ({ openings, erased }))).toEqual(
      gone.map(() => ({ openings: [], erased: ['actor', 'actorId'] })),
    );
    expect(others.every(({ erased }) => erased.length === 0)).toBe(true);
  });

  test('by values takes every opening that is one of them, under whatever name, also of leaves that still wait', async () => {
    const tenantId = await tenantWithDays(); // nothing has been placed yet
    expect(await erase(tenantId, { userId: ADA.id, values: [ADA.name] })).toBe(11 * 2 + 1 + 12);
    const leaves = await database.db.forTenant(tenantId, (tx) => readLeavesAbout(tx, ['r0', 'r1', 'r2']));
    expect(JSON.stringify(leaves.map(({ openings }) => openings))).not.toMatch(/Ada|Lovelace/);
    expect(leaves.filter(({ erased }) => erased.includes('matter'))).toHaveLength(12);
    expect(leaves[4]!.openings.map(({ value }) => value)).toEqual(['A complaint.']);
  });

  test('is a leaf that says how much and not whose, and done again removes nothing', async () => {
    const tenantId = await tenantWithDays();
    await erase(tenantId, { userId: BOB.id });
    expect(await erase(tenantId, { userId: BOB.id })).toBe(2); // of the leaf of the first, which he did himself
    expect(await erase(tenantId, { values: ['nobody'] })).toBe(0);
    expect(await erase(tenantId, {})).toBe(0);
    const found = await search(tenantId, { acts: ['openings.erased'] });
    expect(found.map(({ body }) => parseLeaf(body).facts)).toEqual([
      { openings: 0, leaves: 0 },
      { openings: 0, leaves: 0 },
      { openings: 2, leaves: 1 },
      { openings: 24, leaves: 12 },
    ]);
    expect(found.some(({ body }) => body.includes(BOB.id) || body.includes('Bob'))).toBe(false);
  });
});
