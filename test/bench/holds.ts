import { lockDue } from '../../recorder-core/records/due-recordings.ts';
import { openDatabase, type Database } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { TombstoneJournal } from '../../recorder-core/vault/tombstone-journal.ts';
import { openFileObjectStore } from '../../recorder-core/vault/file-object-store.ts';
import { placeHoldOn } from '../support/hold-through-api.ts';
import { join } from 'node:path';
import type { Bench, BenchFigures } from './bench.ts';
import { MANY_ROWS, runAsOwner, startBenchPostgres, type BenchPostgres } from './bench-postgres.ts';
import { addRecordings, DUE_FROM, ROWS } from './lifecycle/many-recordings.ts';
import { comparisonOf, rounded, spreadOf } from './rounds.ts';

const ROUNDS = 5;
const PAGE = 500;

type Deps = Parameters<typeof placeHoldOn>[0];

/** Holds by query over many recordings: how long until one is in force, and what those in force cost a sweep. */
export const holds: Bench = {
  name: 'holds',
  async run({ folder, report }) {
    const postgres = await startBenchPostgres(folder, MANY_ROWS);
    try {
      await addRecordings(postgres.ownerUrl, postgres.tenantId, { rows: ROWS, dueFrom: DUE_FROM, report });
      return await measureHolds(postgres, folder, report);
    } finally {
      await postgres.stop();
    }
  },
};

/** The same over recordings that are there. */
export async function measureHolds(
  { ownerUrl, appUrl, tenantId }: BenchPostgres,
  folder: string,
  report: (line: string) => void,
): Promise<BenchFigures> {
  const db = openDatabase(appUrl, { max: 4 });
  try {
    const objects = await openFileObjectStore(join(folder, 'objects'));
    const deps: Deps = {
      db,
      newId: (at) => newId(at.getTime()),
      now: () => new Date(),
      journal: new TombstoneJournal(objects, Buffer.alloc(32, 1)),
    };
    report('holds by query, while claims are under way');
    const effective = await placedBesideClaims(deps, ownerUrl, tenantId);
    report('claims under more and more holds');
    const costs = await costOfHolds(deps, tenantId);
    return {
      what: `From asking for a hold by query over ${ROWS} recordings until a claim passes over what it reaches, two loops of claims beside it`,
      unit: 'seconds',
      baseline: 'a claim of the same page without any hold by query',
      comparison: comparisonOf(
        effective.map((seconds) => ({ subject: seconds, baseline: costs.withoutSeconds })),
      ),
      details: { rows: ROWS, page: PAGE, claimRatioByHolds: costs.ratios },
      notes: [
        'PostgreSQL durable. The hold is placed by the code of the API, in its own transaction, which waits for the claims under way.',
        `claimRatioByHolds: time of a claim of ${PAGE} rows with so many holds by query in force that do not reach them, over that without any.`,
      ],
      summary: { holdEffectiveSeconds: spreadOf(effective).median },
    };
  } finally {
    await db.close();
  }
}

/** Seconds until a hold is in force, once a round; each is ended again, grace and all. */
async function placedBesideClaims(deps: Deps, ownerUrl: string, tenantId: string): Promise<number[]> {
  const seconds: number[] = [];
  if ((await heldOnes(deps.db, tenantId)) === 0)
    throw new Error('The hold would reach nothing that is claimed next.');
  for (let round = 0; round < ROUNDS; round += 1) {
    let over = false;
    const claims = [0, 1].map(async (loop) => {
      while (!over) await claimPage(deps.db, tenantId, loop * 8);
    });
    const begun = performance.now();
    const holdId = await placeHoldOn(deps, tenantId, [], { regions: ['held'] });
    while ((await heldOnes(deps.db, tenantId)) > 0);
    seconds.push((performance.now() - begun) / 1000);
    over = true;
    await Promise.all(claims);
    await runAsOwner(
      ownerUrl,
      'update hold set released_by = placed_by, released_at = now(), ended_at = now() where id = $1',
      [holdId],
    );
  }
  return seconds;
}

/** Time of a claim with 10 and 100 holds by query that reach nothing of it, over that with none. */
async function costOfHolds(deps: Deps, tenantId: string) {
  const none = await claimSeconds(deps.db, tenantId);
  const ratios: Record<string, number> = {};
  for (const [count, place] of [
    ['10', 10],
    ['100', 90],
  ] as const) {
    for (let made = 0; made < place; made += 1)
      await placeHoldOn(deps, tenantId, [], { callIds: [`nobody-${count}-${made}`] });
    ratios[count] = rounded((await claimSeconds(deps.db, tenantId)) / none);
  }
  return { withoutSeconds: none, ratios };
}

async function claimSeconds(db: Database, tenantId: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 2 * ROUNDS; round += 1) {
    const begun = performance.now();
    await claimPage(db, tenantId, round % 16);
    times.push((performance.now() - begun) / 1000);
  }
  return spreadOf(times).median;
}

/** Locks a page of due recordings as the sweep does, and lets it go. */
function claimPage(db: Database, tenantId: string, shard: number): Promise<number> {
  return db.forTenant(tenantId, async (tx) => {
    const { due } = await lockDue(tx, { asOf: new Date().toISOString(), limit: PAGE, shards: [shard] });
    return due.length;
  });
}

/** How many of a page that the hold reaches a claim would take: none once it is in force. */
function heldOnes(db: Database, tenantId: string): Promise<number> {
  return db.forTenant(tenantId, async (tx) => {
    const { due } = await lockDue(tx, { asOf: new Date().toISOString(), limit: PAGE, shards: [3] });
    const { rows } = await tx.query<{ count: number }>(
      "select count(*)::int as count from recording where id = any ($1) and region = 'held'",
      [due.map(({ id }) => id)],
    );
    return rows[0]?.count ?? 0;
  });
}
