import { openDatabase, openPool, type Database } from '../../recorder-core/records/database.ts';
import type { Bench } from './bench.ts';
import { runAsOwner, startBenchPostgres } from './bench-postgres.ts';
import { choose, placeHold, prepareWriters, type HoldWriters } from './ledger/hold-acts.ts';
import { startSequencer, type BenchSequencer } from './ledger/sequencer.ts';
import { verifyRecordings } from './ledger/verify-bundle.ts';
import { verifyLeaves } from './ledger/verify-leaves.ts';
import { runWriters, type WrittenRound } from './ledger/writers.ts';
import { comparisonOf, quantile, rounded, spreadOf } from './rounds.ts';

const WRITERS = 16;
const RECORDINGS = 100;
/** A hold on one recording, and one on all calls of a matter. */
const ONE = 1;
const MANY = 50;
const ROUNDS = 5;
const ROUND_MS = 3_000;
const VERIFIED = 10_000;

/** Acts with their leaves, against the same acts without; then proofs and their verification. */
export const ledger: Bench = {
  name: 'ledger',
  async run({ folder, report }) {
    const postgres = await startBenchPostgres(folder);
    const db = openDatabase(postgres.appUrl, { max: WRITERS });
    const owner = openPool(postgres.ownerUrl, 1);
    const sequencer = startSequencer(postgres, owner);
    try {
      const writers = await prepareWriters(db, postgres.tenantId, WRITERS, RECORDINGS);
      const place = { db, tenantId: postgres.tenantId, writers, sequencer };
      await runAsOwner(postgres.ownerUrl, 'vacuum analyze');
      report('holds on one recording');
      const one = await measure({ ...place, recordings: ONE });
      report('holds on many recordings');
      const many = await measure({ ...place, recordings: MANY });
      await sequencer.stop();
      report('proofs');
      const proofs = await verifyLeaves(db, postgres.tenantId, writers.recordings.flat());
      report('a bundle');
      const bundle = await verifyRecordings(VERIFIED);
      return {
        what: `A hold placed on one recording, with its leaf; ${WRITERS} writers of one tenant at once, the sequencer at work beside them`,
        unit: 'milliseconds a transaction',
        baseline: 'the same transaction without the leaf, and nothing to sequence',
        comparison: one.cost,
        details: { one, many, proofs, bundle },
        notes: [
          'PostgreSQL with fsync and synchronous_commit on, as production has it, on this disk. Writers, sequencer and PostgreSQL share the cores of this machine.',
          `appendsPerSecond is of holds on ${MANY} recordings, ${MANY} leaves a transaction; details.one has the rate of transactions with one leaf. appendP99Ms and transactionCostRatio are of holds on one recording.`,
          'backlog: leaves that waited for their place when the writers stopped, and how long until none did; what is left when a round ends was not paid for in it.',
          'proofVerifyMs: one leaf of the log that the writers made, with the signature of its checkpoint; details.proofs.seconds is for reading and verifying all of them.',
          `verify10kSeconds: all that holdfast verify checks in a bundle of ${VERIFIED} recordings.`,
        ],
        summary: {
          appendsPerSecond: many.leavesPerSecond.median,
          appendP99Ms: one.p99Ms.median,
          transactionCostRatio: one.cost.ratio,
          proofVerifyMs: rounded(proofs.proofVerifyMs),
          verify10kSeconds: rounded(bundle.seconds),
        },
      };
    } finally {
      await db.close();
      await owner.end();
      await postgres.stop();
    }
  },
};

interface Measuring {
  readonly db: Database;
  readonly tenantId: string;
  readonly writers: HoldWriters;
  readonly sequencer: BenchSequencer;
  /** In each hold. */
  readonly recordings: number;
}

interface Round {
  readonly written: WrittenRound;
  readonly backlog: number;
  readonly drainSeconds: number;
}

/** Both kinds in turns, after one round of each that warms up and does not count. */
async function measure(what: Measuring) {
  await round(what, true);
  await round(what, false);
  const rounds: { with: Round; without: Round }[] = [];
  for (let n = 0; n < ROUNDS; n += 1)
    rounds.push({ with: await round(what, true), without: await round(what, false) });
  return {
    cost: comparisonOf(
      rounds.map((pair) => ({ subject: costOf(pair.with), baseline: costOf(pair.without) })),
    ),
    leavesPerSecond: spreadOf(rounds.map((pair) => (WRITERS * 1000 * what.recordings) / costOf(pair.with))),
    p50Ms: spreadOf(rounds.map((pair) => quantile(pair.with.written.latenciesMs, 0.5))),
    p99Ms: spreadOf(rounds.map((pair) => quantile(pair.with.written.latenciesMs, 0.99))),
    p99MsWithout: spreadOf(rounds.map((pair) => quantile(pair.without.written.latenciesMs, 0.99))),
    backlog: {
      leaves: spreadOf(rounds.map((pair) => pair.with.backlog)),
      drainSeconds: spreadOf(rounds.map((pair) => pair.with.drainSeconds)),
    },
  };
}

async function round(
  { db, tenantId, writers, sequencer, recordings }: Measuring,
  withLedger: boolean,
): Promise<Round> {
  const written = await runWriters(WRITERS, ROUND_MS, (writer) =>
    db.forTenant(tenantId, (tx) =>
      placeHold(tx, tenantId, writers.user, choose(writers.recordings[writer] ?? [], recordings), withLedger),
    ),
  );
  // The next round, which may be one without a ledger, begins when nothing of this one is at work any more.
  return { written, backlog: await sequencer.backlog(), drainSeconds: await sequencer.drained() };
}

/** Milliseconds that a writer had for each of its transactions. */
function costOf({ written }: Round): number {
  return (WRITERS * written.seconds * 1000) / written.transactions;
}
