import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { openDatabase, openPool, type Database } from '../../recorder-core/records/database.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { Bench } from './bench.ts';
import { runAsOwner, startBenchPostgres } from './bench-postgres.ts';
import { compare } from './rounds.ts';

const ROUNDS = 5;
const ROUND_MS = 1_000;
const CALLERS = 8;

/** Entering an act in the tamper-evident log, against inserting one row; each in a transaction of its own. */
export const ledger: Bench = {
  name: 'ledger',
  async run({ folder }) {
    const postgres = await startBenchPostgres(folder);
    const db = openDatabase(postgres.appUrl, { max: CALLERS });
    const pool = openPool(postgres.ownerUrl, CALLERS);
    try {
      await runAsOwner(postgres.ownerUrl, 'create table bare (id uuid primary key, body bytea not null)');
      const append = (): Promise<unknown> => appendOne(db, postgres.tenantId);
      const insert = (): Promise<unknown> => insertOne(pool);
      const comparison = await compare(
        ROUNDS,
        () => perSecond(append, 1),
        () => perSecond(insert, 1),
      );
      const inParallel = await compare(
        ROUNDS,
        () => perSecond(append, CALLERS),
        () => perSecond(insert, CALLERS),
      );
      return {
        what: 'Leaves appended to the log of one tenant, one caller, each committed before the next',
        unit: 'leaves per second',
        baseline: 'one row of the same size inserted and committed, on the same server',
        comparison,
        details: { callers: CALLERS, inParallel },
        notes: [
          'PostgreSQL with fsync and synchronous_commit on, as production has it, on this disk.',
          'A tenant has one log and appends queue for its head, so parallel callers of one tenant gain little; tenants do not wait for each other.',
        ],
      };
    } finally {
      await db.close();
      await pool.end();
      await postgres.stop();
    }
  },
};

/** How often `work` completes in one round, by so many callers at once. */
async function perSecond(work: () => Promise<unknown>, callers: number): Promise<number> {
  const startedAt = performance.now();
  const until = startedAt + ROUND_MS;
  const counts = await Promise.all(
    Array.from({ length: callers }, async () => {
      let count = 0;
      for (; performance.now() < until; count++) await work();
      return count;
    }),
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total / ((performance.now() - startedAt) / 1000);
}

function appendOne(db: Database, tenantId: string): Promise<number> {
  return db.forTenant(tenantId, (tx) =>
    appendLeaf(tx, tenantId, {
      at: new Date(),
      act: 'recording.sealed',
      object: { type: 'recording', id: randomUUID() },
      outcome: 'done',
      rules: ['uk.one-party', 'us-ca.all-party'],
      packDigest: 'f'.repeat(64),
      facts: { consent: 'ANNOUNCE', region: 'eu-central', node: 'bench', durationMs: 180_000 },
    }),
  );
}

async function insertOne(pool: pg.Pool): Promise<void> {
  await pool.query('insert into bare (id, body) values ($1, $2)', [randomUUID(), randomBytes(420)]);
}
