/** Many recordings through the queue of a connection while calls fail, workers are killed and recordings change. */
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { deliverDue } from '../../../activities/deliveries/deliver-due.ts';
import type { SendBatch } from '../../../activities/deliveries/send-batch.ts';
import type { Bench, Subject } from '../../../connectors/kit/acceptance/bench.ts';
import { reconcileFirst } from '../../../hub/connections/host/reconcile-first.ts';
import { addConnectionRow } from '../connection-row.ts';
import { addSpokenRecordings } from '../deliveries/spoken-recordings.ts';
import type { Database } from '../../../recorder-core/records/database.ts';
import { replayDeadLetters } from '../../../recorder-core/records/dead-letters.ts';
import { queueDeliveries, type DeliveryLane } from '../../../recorder-core/records/deliveries.ts';
import { seededRandom } from '../../../recorder-core/media/test-signal.ts';
import { asActivity, type ActivityBench } from '../stored-recording.ts';
import type { TestDatabase } from '../test-database.ts';
import { assertStands, someFault } from './storm.ts';
import { spread, weather, type Weather } from './weather.ts';

/** How hard it blows. */
export interface QueueStorm {
  readonly records: number;
  /** Records of one call. */
  readonly batch: number;
  readonly seed: number;
  /** Recordings that the peer fails by, whatever else a call carries (`weather.ts`); none where left out. */
  readonly cursed?: number;
}

/** A storm ends within so many calls of the activity, and some for each batch: what is cursed is tried once an hour for days. */
const MOST_CALLS = 200;

/** What happened on the way. */
export interface QueueStormReport {
  readonly calls: number;
  /** Those of them that carried one recording. */
  readonly single: number;
  readonly faults: number;
  /** Workers that were gone before they sent, or after, and settled nothing. */
  readonly kills: number;
  readonly changes: number;
  /** Until each of those that are not cursed had arrived once, waits that were skipped among them. */
  readonly minutes: number;
}

/**
 * Queues recordings for a subject's connection and works on the queue until it is empty. Throws AssertionError where one is
 * lost, stands twice, is not as it was last changed, or has no receipt. Those that are cursed, and no others, become dead
 * letters, and arrive when they are sent again without the curse. Time that would be waited for is skipped.
 */
export async function queueStorm(
  database: TestDatabase,
  activities: ActivityBench,
  bench: Bench,
  subject: Subject,
  about: QueueStorm,
): Promise<QueueStormReport> {
  const { tenantId, ctx } = subject;
  await prepare(database, subject, bench.connector.manifest.id, about.records);
  const ids = (
    await database.asOwner<{ id: string }>('select id from recording where tenant_id = $1 order by id', [
      tenantId,
    ])
  ).map(({ id }) => id);
  const report = { calls: 0, single: 0, faults: 0, kills: 0, changes: 0, minutes: 0 };
  const now = (): Date => new Date(ctx.now());
  const cursed = spread(ids, about.cursed ?? 0);
  const changing = ids.filter((id) => !cursed.includes(id));
  const air = weather(cursed);
  subject.watch?.(air.choose);
  const storm = { database, activities, bench, subject, about, changing, air, report, now };
  const beganAt = now().getTime();
  await queue(storm, ids);
  await drain(storm, 'live');
  report.minutes = Math.ceil(((await lastFirstDoneAt(storm)) - beganAt) / 60_000);
  if (cursed.length > 0) {
    air.lift();
    await replayCursed(storm, cursed);
  }
  await account(database, subject, about.records);
  return report;
}

interface Storming {
  readonly database: TestDatabase;
  readonly activities: ActivityBench;
  readonly bench: Bench;
  readonly subject: Subject;
  readonly about: QueueStorm;
  /** Recordings that change meanwhile. */
  readonly changing: readonly string[];
  readonly air: Weather;
  readonly report: { calls: number; single: number; faults: number; kills: number; changes: number };
  /** One clock for the queue and the connection: a wait that one asks for has passed for the other. */
  readonly now: () => Date;
}

async function queue(
  { database, activities, subject: { tenantId, ctx }, now }: Storming,
  ids: readonly string[],
): Promise<void> {
  await database.db.forTenant(tenantId, (tx) =>
    queueDeliveries(
      tx,
      { tenantId, now: now(), newId: activities.deps.newId },
      ids.map((id) => ({
        connectionId: ctx.connectionId,
        operation: 'upsert-recording',
        subject: { type: 'recording', id },
      })),
    ),
  );
}

/** Sends as the host does, while it blows, recordings change, and workers die before it and after it. */
function sending(storm: Storming, random: () => number, worker: { isDead: boolean }): SendBatch {
  const { database, bench, subject, about, changing, air, report } = storm;
  const deaths = new Map<string, number>();
  // One with which workers die again and again is given up for that, which is no storm.
  const mayDie = (records: readonly { readonly record: { readonly id: string } }[]): boolean => {
    const [first] = records;
    if (records.length > 1 || first === undefined) return true;
    const { id } = first.record;
    deaths.set(id, (deaths.get(id) ?? 0) + 1);
    return (deaths.get(id) ?? 0) <= 3;
  };
  return async ({ operation, records }) => {
    report.calls += 1;
    if (records.length === 1) report.single += 1;
    const blows = random() < 0.4;
    const dies = random();
    if (dies < 0.08 && mayDie(records)) return die(report, worker);
    if (blows) {
      report.faults += 1;
      air.blow(someFault(random), Math.floor(random() * 4));
    }
    if (random() < 0.3 && report.changes < about.records) {
      const changed = changing[Math.floor(random() * changing.length)] ?? '';
      report.changes += 1;
      await database.asOwner('update recording set revision = revision where id = $1', [changed]);
      await queue(storm, [changed]);
    }
    const outcomes = await reconcileFirst(
      {
        connector: bench.connector,
        ctx: subject.ctx,
        operation,
        records: records.map(({ record }) => bench.wholesome?.(record) ?? record),
      },
      records.map(({ doubtful }) => doubtful),
    );
    if (dies > 0.92 && mayDie(records)) return die(report, worker);
    return { outcomes, version: 1, traceId: null };
  };
}

/** Works on one lane until nothing waits in it any more. */
async function drain(storm: Storming, lane: DeliveryLane): Promise<void> {
  const { activities, subject, about, now } = storm;
  const { tenantId, ctx } = subject;
  const worker = { isDead: false };
  const deliver = deliverDue({
    ...activities.deps,
    db: whileAlive(activities.deps.db, worker),
    now,
    clockOf: () => Promise.resolve(now()),
    sendBatch: sending(storm, seededRandom(about.seed), worker),
    deliveryLimits: (connector) => ({ ...activities.deps.deliveryLimits(connector), batch: about.batch }),
  });
  let [activityId, attempt] = [randomUUID() as string, 1];
  for (let left = MOST_CALLS + 20 * Math.ceil(about.records / about.batch); ; left -= 1) {
    assert.ok(left > 0, 'the queue does not become empty');
    try {
      const { more, nextAt } = await asActivity(
        () => deliver({ tenantId, connectionId: ctx.connectionId, lane, batches: 5 }),
        { activityId, attempt },
      );
      [activityId, attempt] = [randomUUID(), 1];
      if (more) continue;
      if (nextAt === null) break;
      subject.skip?.(Math.max(0, Date.parse(nextAt) - now().getTime() + 1));
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      attempt += 1;
      worker.isDead = false;
    }
  }
}

/** Once all else is done: the cursed ones, and they alone, wait for a person, who sends them again. */
async function replayCursed(storm: Storming, cursed: readonly string[]): Promise<void> {
  const { database, subject, now } = storm;
  const { tenantId } = subject;
  const left = await database.asOwner<{ id: string; subject: string; state: string }>(
    "select id, subject_id as subject, state from delivery where tenant_id = $1 and state <> 'done' order by subject_id",
    [tenantId],
  );
  assert.deepEqual(
    left.map(({ subject: id, state }) => [id, state]),
    cursed.toSorted().map((id) => [id, 'dead']),
  );
  const dead = left.map(({ id }) => id);
  await database.db.forTenant(tenantId, (tx) =>
    replayDeadLetters(tx, { ids: dead }, { now: now(), version: 'now' }),
  );
  await drain(storm, 'replay');
  await drain(storm, 'live'); // what changed meanwhile
}

/** When the last of those that arrived did so for the first time, in milliseconds since 1970 on the storm's clock. */
async function lastFirstDoneAt({ database, subject: { tenantId } }: Storming): Promise<number> {
  const [row] = await database.asOwner<{ at: Date }>(
    `select max(at) as at from (select min(at) as at from receipt
                                 where tenant_id = $1 and outcome = 'done' group by recording_id) as first`,
    [tenantId],
  );
  return row?.at.getTime() ?? 0;
}

class Killed extends Error {}

function die(report: { kills: number }, worker: { isDead: boolean }): never {
  report.kills += 1;
  worker.isDead = true;
  throw new Killed('The worker was killed.');
}

/** The database as a worker has it: one that is dead settles nothing and gives nothing back. */
function whileAlive(db: Database, worker: { readonly isDead: boolean }): Database {
  return {
    ...db,
    forTenant: (tenantId, work) =>
      worker.isDead ? Promise.reject(new Killed('The worker was killed.')) : db.forTenant(tenantId, work),
  };
}

/** A tenant, a connection and retained recordings with two parties each. */
async function prepare(
  database: TestDatabase,
  { tenantId, ctx }: Subject,
  connector: string,
  records: number,
): Promise<void> {
  await database.asOwner(
    "insert into tenant (tenant_id, name, region) values ($1, 'Storm', 'eu-central') on conflict do nothing",
    [tenantId],
  );
  await addConnectionRow(
    { db: database.db, tenantId },
    { id: ctx.connectionId, connector, name: 'Storm', config: {} },
  );
  await addSpokenRecordings(database, tenantId, records);
}

async function account(database: TestDatabase, subject: Subject, records: number): Promise<void> {
  const { tenantId } = subject;
  const left = await database.asOwner(
    `select state, error_class, error_title, count(*) from delivery where tenant_id = $1 and state <> 'done' group by 1, 2, 3`,
    [tenantId],
  );
  assert.deepEqual(left, []);
  const rows = await database.asOwner<{ id: string; revision: number; receipts: number }>(
    `select id, revision, (select count(*) from receipt x where x.recording_id = r.id and x.outcome = 'done') as receipts
       from recording r where tenant_id = $1`,
    [tenantId],
  );
  assert.equal(rows.length, records);
  await assertStands(subject, new Map(rows.map(({ id, revision }) => [id, revision])));
  for (const { id, receipts } of rows) assert.ok(receipts > 0, `recording ${id} has no receipt`);
}
