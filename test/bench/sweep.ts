import type pg from 'pg';
import { claimDue, LARGEST_PAGE } from '../../activities/lifecycle/claim-due.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { openDatabase, openPool, type Database } from '../../recorder-core/records/database.ts';
import { lockDue, SHARDS } from '../../recorder-core/records/due-recordings.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { openRulePacks } from '../../recorder-core/records/rule-packs.ts';
import type { Bench, BenchFigures } from './bench.ts';
import { MANY_ROWS, runAsOwner, startBenchPostgres, type BenchPostgres } from './bench-postgres.ts';
import { addRecordings, DUE_FROM, ROWS } from './lifecycle/many-recordings.ts';
import { comparisonOf } from './rounds.ts';

const ROUNDS = 3;
const AT_ONCE = 2;
const PAGE = 500;
const WINDOW_MS = 5_000;

/** From when on the recordings of each figure are due: they are told apart by their dates. */
const DAY_MS = 86_400_000;
const [KEPT, BARE, GOING] = [0, 1, 2].map((days) =>
  new Date(Date.parse(DUE_FROM) + days * DAY_MS).toISOString(),
) as [string, string, string];

/** Deciding what is due, in shares as the sweep does it, against locking and updating the same pages without deciding. */
export const sweep: Bench = {
  name: 'sweep',
  async run({ folder, report }) {
    const postgres = await startBenchPostgres(folder, MANY_ROWS);
    try {
      await addRecordings(postgres.ownerUrl, postgres.tenantId, { rows: ROWS, dueFrom: DUE_FROM, report });
      return await measureSweep(postgres, report);
    } finally {
      await postgres.stop();
    }
  },
};

/** The same over recordings that are there: a third of them for each figure. */
export async function measureSweep(
  postgres: BenchPostgres,
  report: (line: string) => void,
): Promise<BenchFigures> {
  const db = openDatabase(postgres.appUrl, { max: 2 * AT_ONCE });
  const dispatcher = openPool(postgres.dispatcherUrl, 1);
  try {
    const deps = await depsOf(db, dispatcher);
    report('deciding those that stay, those that go, and the baseline, in turns');
    const kept: number[] = [];
    const claimed: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      kept.push(await perSecond((shards) => decideShare(deps, postgres.tenantId, shards, KEPT)));
      bare.push(await perSecond((shards) => claimBare(db, postgres.tenantId, shards)));
      await beginRun(postgres.ownerUrl, postgres.tenantId);
      claimed.push(await perSecond((shards) => decideShare(deps, postgres.tenantId, shards, GOING)));
      await endRun(postgres.ownerUrl);
    }
    const measured = (figures: readonly number[]) => figures.slice(1); // the first warms up
    const against = (figures: readonly number[]) =>
      comparisonOf(measured(figures).map((subject, i) => ({ subject, baseline: measured(bare)[i] ?? NaN })));
    const comparison = against(kept);
    return {
      what: 'Due recordings decided and kept, with their new date and word of it to the connections',
      unit: 'recordings per second',
      baseline: 'the same pages locked and given a later date, without facts, decisions and messages',
      comparison,
      details: { rows: ROWS, limit: PAGE, atOnce: AT_ONCE, claimed: against(claimed) },
      notes: [
        'One tenant with all rows due, PostgreSQL durable, one machine for database and two loops.',
        '`claimed` are decided, claimed for disposal and entered in the ledger; a disposal itself is another matter.',
      ],
      summary: {
        sweepRowsPerSecond: comparison.subject.median,
        sweepClaimsPerSecond: against(claimed).subject.median,
        sweepRatio: comparison.ratio,
      },
    };
  } finally {
    await dispatcher.end();
    await db.close();
  }
}

async function depsOf(db: Database, dispatcher: pg.Pool): Promise<ActivityDependencies> {
  const used: Partial<ActivityDependencies> = {
    db,
    dispatcher,
    packs: await openRulePacks(),
    now: () => new Date(),
    newId: (at) => newId(at.getTime()),
  };
  return used as ActivityDependencies;
}

/** Takes some of a share and answers how many rows; 0 when there are no more. */
type Take = (shards: readonly number[]) => Promise<number>;

/** Several loops over shares of their own, as the sweep takes them, until the time is over; rows a second of all together. */
async function perSecond(take: Take): Promise<number> {
  const started = performance.now();
  let rows = 0;
  const every = Array.from({ length: SHARDS }, (_, shard) => shard);
  await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, share) => {
      const shards = every.filter((shard) => shard % AT_ONCE === share);
      for (let done = 1; done > 0 && performance.now() - started < WINDOW_MS; rows += done)
        done = await take(shards);
    }),
  );
  return rows / ((performance.now() - started) / 1000);
}

/** Before every id. */
const NO_ID = '00000000-0000-0000-0000-000000000000';
const cursors = new Map<string, { readonly dueAt: string; readonly id: string }>();

/** One call of the activity, which goes on from page to page; behind where the last one ended. */
async function decideShare(
  deps: ActivityDependencies,
  tenantId: string,
  shards: readonly number[],
  behind: string,
): Promise<number> {
  const key = `${behind}/${shards[0]}`;
  const after = cursors.get(key) ?? { dueAt: behind, id: NO_ID };
  const page = await claimDue(deps)({
    partition: 0,
    partitions: 1,
    limit: PAGE,
    share: { tenantId, shards, after },
  });
  if (page.after !== undefined) cursors.set(key, page.after);
  return page.decided ?? 0;
}

/** A page as large as those of the sweep, found by the same look-up. */
function claimBare(db: Database, tenantId: string, shards: readonly number[]): Promise<number> {
  const key = `bare/${shards[0]}`;
  const after = cursors.get(key) ?? { dueAt: BARE, id: NO_ID };
  return db.forTenant(tenantId, async (tx) => {
    const { due, last } = await lockDue(tx, { asOf: GOING, limit: LARGEST_PAGE, shards, after });
    if (last !== undefined) cursors.set(key, last);
    await tx.query({
      name: 'claim-bare',
      text: `update recording_retention k set decide_at = now() + interval '1 year', revision = k.revision + 1
               from unnest($1::uuid[]) as asked (id) where k.recording_id = asked.id`,
      values: [due.map(({ id }) => id)],
    });
    return due.length;
  });
}

async function beginRun(ownerUrl: string, tenantId: string): Promise<void> {
  await runAsOwner(
    ownerUrl,
    `insert into disposal_run (tenant_id, id, state, opened_at, as_of, due, due_exact, classes, rules, sample, rule)
     values ($1, gen_random_uuid(), 'claiming', now(), now(), 0, false, '[]', '[]', '[]', 'disposal/usual-volume')`,
    [tenantId],
  );
}

async function endRun(ownerUrl: string): Promise<void> {
  await runAsOwner(ownerUrl, 'update disposal_run set ended_at = now() where ended_at is null', []);
}
