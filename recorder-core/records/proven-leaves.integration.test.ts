import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { openCommitment } from '../ledger/commitment.ts';
import { parseLeaf } from '../ledger/leaf.ts';
import { readRoot } from '../ledger/merkle.ts';
import { verifyInclusion } from '../ledger/proofs.ts';
import { appendLeaves, nodeReader } from './ledger-log.ts';
import { readLeavesWithProofs } from './proven-leaves.ts';
import { sequenceTenant } from './sequence-leaves.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Leaves about so many recordings in turn, three rounds of them; one in five is about an export of the same id. */
async function fill(tenantId: string, recordings: number): Promise<void> {
  const entries = Array.from({ length: recordings * 3 }, (_, i) => ({
    leaf: {
      at: new Date(i),
      act: 'recording.played',
      object: { type: i % 5 === 4 ? 'export' : 'recording', id: `r${i % recordings}` },
      outcome: 'done',
    } as const,
    personal: { actor: `Actor ${i}` },
  }));
  await database.db.forTenant(tenantId, (tx) => appendLeaves(tx, tenantId, entries));
  await sequenceTenant(database.db, tenantId);
}

describe('readLeavesWithProofs', () => {
  test('gives every leaf about many objects, in order over all pages, with a path that proves it', async () => {
    const tenantId = await database.addTenant();
    await fill(tenantId, 701);
    const size = 2_003; // some leaves are younger than the checkpoint
    const ids = Array.from({ length: 500 }, (_, i) => `r${i}`);
    await database.db.forTenant(tenantId, async (tx) => {
      const root = await readRoot(size, nodeReader(tx));
      const leaves = await Array.fromAsync(readLeavesWithProofs(tx, { type: 'recording', ids }, size));
      const expected = Array.from({ length: size }, (_, i) => i).filter((i) => i % 5 !== 4 && i % 701 < 500);
      expect(leaves.map(({ index }) => index)).toEqual(expected);
      const wrong = leaves.filter(
        ({ index, body, proof, openings }) =>
          !verifyInclusion(body, index, size, proof, root) ||
          openings[0]?.value !== `Actor ${index}` ||
          !openCommitment(parseLeaf(body).commitments, openings[0]),
      );
      expect(wrong).toEqual([]);
    });
  });

  test('gives nothing for no objects', async () => {
    const nothing = await database.db.forTenant(database.tenantId, (tx) =>
      Array.fromAsync(readLeavesWithProofs(tx, { type: 'recording', ids: [] }, 0)),
    );
    expect(nothing).toEqual([]);
  });
});
