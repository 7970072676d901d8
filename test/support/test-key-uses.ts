import { randomUUID } from 'node:crypto';
import { repeatWork } from '../../hub/live/repeated-work.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { KeyUses } from '../../recorder-core/records/key-uses.ts';

/** What signs the journal of tombstones in tests. */
export const TEST_JOURNAL_SECRET = Buffer.alloc(32, 7);

/** The keys in memory of a process of its own, as a role has them, with a quicker beat. */
export interface TestKeyUses {
  readonly uses: KeyUses;
  /** Stops beating and gives the leases back. */
  close(): Promise<void>;
}

export function openTestKeyUses(db: Database, role = 'test'): TestKeyUses {
  const lease = { processId: randomUUID(), role, node: 'test-node' };
  const uses = new KeyUses(db, lease, () => performance.now());
  const beating = repeatWork(
    50,
    () => uses.beat(),
    () => undefined,
  );
  return {
    uses,
    async close() {
      await beating.stop();
      await uses.close().catch(() => undefined); // a test may have taken the database away
    },
  };
}
