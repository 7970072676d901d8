import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SHARDS } from '../../recorder-core/records/due-recordings.ts';
import { addDueRecordings } from '../../test/support/due-recordings.ts';
import { placeHoldOn } from '../../test/support/hold-through-api.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { DueShare } from '../contract.ts';
import { claimDue } from './claim-due.ts';

const LIMIT = 3;

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

/** Goes through every share as the sweep does, each call from where the last one ended. */
async function sweepByShares(): Promise<{ claimed: string[]; largest: number }> {
  const first = await claimDue(bench.deps)({ partition: 0, partitions: 1, limit: LIMIT });
  const claimed = first.claimed.map(({ recordingId }) => recordingId);
  let largest = claimed.length;
  for (let shard = 0; shard < SHARDS; shard += 1) {
    let share: DueShare = { tenantId: database.tenantId, shard };
    for (let more = true; more;) {
      const page = await claimDue(bench.deps)({ partition: 0, partitions: 1, limit: LIMIT, share });
      claimed.push(...page.claimed.map(({ recordingId }) => recordingId));
      largest = Math.max(largest, page.claimed.length);
      if (page.after !== undefined) share = { ...share, after: page.after };
      more = page.more;
    }
  }
  return { claimed, largest };
}

test('a sweep by shares claims all that may go, each once and never more in a call than it may; what stays has its next date', async () => {
  const going = [
    ...(await addDueRecordings(database, { count: 55, dueDaysAgo: 3 })),
    ...(await addDueRecordings(database, { count: 30, dueDaysAgo: 1 })),
  ];
  const staying = await addDueRecordings(database, { count: 150, retentionClass: 'mifid2', dueDaysAgo: 2 });
  const held = going.splice(0, 5);
  await placeHoldOn(bench.deps, database.tenantId, held);

  const { claimed, largest } = await sweepByShares();
  expect(largest).toBeLessThanOrEqual(LIMIT);
  expect([...claimed].sort()).toEqual([...going].sort());

  const rows = await database.asOwner<{
    id: string;
    state: string;
    revision: number;
    dated: boolean;
    why: string;
  }>(
    `select r.id, r.state, k.retain_until > now() as dated, w.outcome as why, r.revision + k.revision as revision
       from recording r join recording_retention k on k.recording_id = r.id left join retention_reason w on w.id = k.reason_id`,
  );
  const of = (ids: readonly string[]) => rows.filter(({ id }) => ids.includes(id));
  expect(of(staying)).toHaveLength(staying.length);
  for (const row of of(staying))
    expect(row).toMatchObject({ state: 'retained', revision: 2, dated: true, why: 'RETAIN' });
  for (const row of of(going)) expect(row).toMatchObject({ state: 'disposing', revision: 3, why: 'DISPOSE' }); // of both its rows
  for (const row of of(held)) expect(row).toMatchObject({ state: 'retained', why: null });
}, 60_000);

test('a share of many shards is gone through page by page, and one message of a page tells of all its new dates', async () => {
  await database.asOwner('delete from outbox');
  const staying = await addDueRecordings(database, { count: 700, retentionClass: 'mifid2', dueDaysAgo: 2 });
  let decided = 0;
  for (const parity of [0, 1]) {
    const shards = Array.from({ length: SHARDS / 2 }, (_, half) => 2 * half + parity);
    let share: DueShare = { tenantId: database.tenantId, shards };
    for (let more = true; more;) {
      const page = await claimDue(bench.deps)({ partition: 0, partitions: 1, limit: 500, share });
      decided += page.decided ?? 0;
      if (page.after !== undefined) share = { ...share, after: page.after };
      more = page.more;
    }
  }
  expect(decided).toBe(staying.length);
  const rows = await database.asOwner<{ topic: string; ids: string[] }>(
    "select topic, payload -> 'recordingIds' as ids from outbox",
  );
  expect(rows.map(({ topic }) => topic)).toEqual(['recordings.changed', 'recordings.changed']);
  expect(rows.flatMap(({ ids }) => ids).sort()).toEqual([...staying].sort());
}, 60_000);
