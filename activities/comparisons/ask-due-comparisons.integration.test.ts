import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listComparisons } from '../../recorder-core/records/connection-comparisons.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { askDueComparisons } from './ask-due-comparisons.ts';

const DAY_MS = 86_400_000;

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

const asks = (inDays: number) => {
  const at = new Date(Date.now() + inDays * DAY_MS);
  return askDueComparisons({ ...bench.deps, now: () => at })({});
};
const comparisons = () =>
  database.db.forTenant(database.tenantId, (tx) => listComparisons(tx, bench.searchId, 10));
const settle = () =>
  database.asOwner(
    `update connection_comparison set state = 'failed', error = 'Not now.', ended_at = asked_at where state = 'running'`,
  );

describe('comparisons that nobody asks for', () => {
  test('are asked once a week for a live connection, without repairs, and never beside one that runs', async () => {
    expect(await asks(0)).toEqual({ asked: 0 });
    expect(await asks(8)).toEqual({ asked: 1 });
    expect(await comparisons()).toMatchObject([{ state: 'running', repairs: false, askedBy: null }]);
    const sent = await database.asOwner("select payload from outbox where topic = 'comparison.asked'");
    expect(sent).toEqual([{ payload: { comparisonId: (await comparisons())[0]?.id } }]);

    expect(await asks(16)).toEqual({ asked: 0 });
    await settle();
    expect(await asks(14)).toEqual({ asked: 0 });
    expect(await asks(16)).toEqual({ asked: 1 });
  });

  test('are not asked of a connection that is not live, nor where the connector cannot tell what it holds', async () => {
    await settle();
    const blind = { ...bench.deps, inventories: [], now: () => new Date(Date.now() + 40 * DAY_MS) };
    expect(await askDueComparisons(blind)({})).toEqual({ asked: 0 });
    await database.asOwner("update connection set state = 'paused'");
    expect(await asks(40)).toEqual({ asked: 0 });
  });
});
