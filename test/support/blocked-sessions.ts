import pg from 'pg';
import { until } from '../../hub/processes/process-control.ts';
import type { TestDatabase } from './test-database.ts';

/** A lock that a test holds to bring transactions into the order it wants. */
export interface HeldLock {
  release(): Promise<void>;
}

/** Keeps everyone from adding to the ledger until it is released; acts that are under way wait there. */
export async function lockLedger(database: TestDatabase): Promise<HeldLock> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  await client.query('begin');
  await client.query('lock table ledger_pending in share mode');
  return {
    async release() {
      await client.query('commit');
      await client.end();
    },
  };
}

/** A test has its own, shorter time; this one names what was waited for where a test has a long one. */
const PATIENCE_MS = 120_000;

/** Resolves once `count` sessions of the database wait for a lock. */
export async function untilBlocked(database: TestDatabase, count: number): Promise<void> {
  const isBlocked = async (): Promise<boolean> => {
    const [row] = await database.asOwner<{ waiting: number }>(
      `select count(*)::int as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return (row?.waiting ?? 0) >= count;
  };
  // With a pause between: whoever is to block needs the processor that asking without one takes.
  await until(isBlocked, PATIENCE_MS, `${count} sessions to wait for a lock`, 10);
}
