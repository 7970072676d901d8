import { strict as assert } from 'node:assert';
import type { TestDatabase } from '../test-database.ts';

/** Throws AssertionError unless exactly so many deliveries are done, none is anything else, and each has a receipt. */
export async function accountForDeliveries(database: TestDatabase, count: number): Promise<void> {
  const [account] = await database.asOwner(
    `select (select count(*) from delivery where state = 'done') as done,
            (select count(*) from delivery where state <> 'done') as others,
            (select count(distinct recording_id) from receipt where outcome = 'done') as receipts`,
  );
  assert.deepEqual(account, { done: count, others: 0, receipts: count });
}
