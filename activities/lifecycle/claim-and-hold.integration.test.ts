import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SHARDS } from '../../recorder-core/records/due-recordings.ts';
import { placeHoldOn } from '../../test/support/hold-through-api.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { DisposalRef, DueShare } from '../contract.ts';
import { claimDue } from './claim-due.ts';

let database: TestDatabase;
let bench: ActivityBench;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

interface Claim extends DisposalRef {
  /** When the call began that answered it; on the clock of `performance`. */
  readonly begunAt: number;
}

/** Goes through some shares, one row a page, so that holds come in between. */
async function claimShares(shards: readonly number[], claims: Claim[]): Promise<void> {
  for (const shard of shards) {
    let share: DueShare = { tenantId: database.tenantId, shard };
    for (let more = true; more;) {
      const begunAt = performance.now();
      const page = await claimDue(bench.deps)({ partition: 0, partitions: 1, limit: 1, share });
      claims.push(...page.claimed.map((one) => ({ ...one, begunAt })));
      if (page.after !== undefined) share = { ...share, after: page.after };
      more = page.more;
    }
  }
}

test('holds by item and by query that are placed while a sweep claims spare all that they reach: no claim that begins later takes it, and no earlier one ends it', async () => {
  const ids = await Promise.all(Array.from({ length: 18 }, () => bench.retain({ packets: 2 })));
  for (const id of ids) await bench.makeDue(id);
  await database.asOwner('update recording set call_id = id::text where id = any ($1)', [ids]);
  const first = await claimDue(bench.deps)({ partition: 0, partitions: 1, limit: 1 });
  const claims: Claim[] = first.claimed.map((one) => ({ ...one, begunAt: 0 }));

  const heldAt = new Map<string, number>();
  const placeHolds = async (): Promise<void> => {
    for (let from = 0; from < 12; from += 2) {
      const reached = ids.slice(from, from + 2);
      if (from % 4 === 0) await placeHoldOn(bench.deps, database.tenantId, reached);
      else await placeHoldOn(bench.deps, database.tenantId, [], { callIds: reached });
      for (const id of reached) heldAt.set(id, performance.now());
    }
  };
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard).reverse();
  const half = SHARDS / 2;
  await Promise.all([
    placeHolds(),
    claimShares(shards.slice(0, half), claims),
    claimShares(shards.slice(half), claims),
  ]);

  const late = claims.filter(({ recordingId, begunAt }) => begunAt > (heldAt.get(recordingId) ?? Infinity));
  expect(late).toEqual([]);
  const { confirmDisposal, writeTombstone, destroyKeys } = bench.activities.lifecycle;
  for (const claim of claims) {
    const spared = heldAt.has(claim.recordingId);
    const { outcome } = await confirmDisposal(claim);
    expect(outcome).toBe(spared ? 'spared' : 'confirmed');
    if (spared) continue;
    await writeTombstone(claim);
    expect(await destroyKeys(claim)).toEqual({ outcome: 'destroyed' });
  }
  const rows = await database.asOwner<{ id: string; state: string }>('select id, state from recording');
  for (const { id, state } of rows)
    expect({ id, state }).toEqual({ id, state: heldAt.has(id) ? 'retained' : 'disposing' });
}, 90_000);
