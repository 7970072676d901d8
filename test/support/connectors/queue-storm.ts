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
import { queueDeliveries } from '../../../recorder-core/records/deliveries.ts';
import { seededRandom } from '../../../recorder-core/media/test-signal.ts';
import { asActivity, type ActivityBench } from '../stored-recording.ts';
import type { TestDatabase } from '../test-database.ts';
import { assertStands, someFault } from './storm.ts';

/** How hard it blows. */
export interface QueueStorm {
  readonly records: number;
  /** Records of one call. */
  readonly batch: number;
  readonly seed: number;
}

/** What happened on the way. */
export interface QueueStormReport {
  readonly calls: number;
  /** Those of them that carried one recording. */
  readonly single: number;
  readonly faults: number;
  /** Workers that were gone before they sent, or after, and settled nothing. */
  readonly kills: number;
  readonly changes: number;
}

/**
 * Queues recordings for a subject's connection and works on the queue until it is empty. Throws AssertionError where one is
 * lost, stands twice, is not as it was last changed, or has no receipt. Time that would be waited for is skipped.
 */
export async function queueStorm(
  database: TestDatabase,
  activities: ActivityBench,
  bench: Bench,
  subject: Subject,
  about: QueueStorm,
): Promise<QueueStormReport> {
  const { tenantId } = subject;
  const { connectionId } = subject.ctx;
  const random = seededRandom(about.seed);
  const report = { calls: 0, single: 0, faults: 0, kills: 0, changes: 0 };
  // One clock for the queue and the connection: a wait that one asks for has passed for the other.
  const now = (): Date => new Date(subject.ctx.now());
  const worker = { isDead: false };
  await prepare(database, subject, bench.connector.manifest.id, about.records);
  const queue = async (ids: readonly string[]): Promise<void> => {
    await database.db.forTenant(tenantId, (tx) =>
      queueDeliveries(
        tx,
        { tenantId, now: now(), newId: activities.deps.newId },
        ids.map((id) => ({
          connectionId,
          operation: 'upsert-recording',
          subject: { type: 'recording', id },
        })),
      ),
    );
  };
  const ids = (
    await database.asOwner<{ id: string }>('select id from recording where tenant_id = $1 order by id', [
      tenantId,
    ])
  ).map(({ id }) => id);
  await queue(ids);

  const sendBatch: SendBatch = async ({ operation, records }) => {
    report.calls += 1;
    if (records.length === 1) report.single += 1;
    const blows = random() < 0.4;
    const dies = random();
    if (dies < 0.08) return die(report, worker);
    if (blows) {
      report.faults += 1;
      subject.inject(someFault(random), 'any', Math.floor(random() * 4));
    }
    if (random() < 0.3 && report.changes < about.records) {
      const [changed = ''] = [ids[Math.floor(random() * ids.length)]];
      report.changes += 1;
      await database.asOwner('update recording set revision = revision where id = $1', [changed]);
      await queue([changed]);
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
    if (dies > 0.92) return die(report, worker);
    return { outcomes, version: 1, traceId: null };
  };
  const deliver = deliverDue({
    ...activities.deps,
    db: whileAlive(activities.deps.db, worker),
    now,
    sendBatch,
    deliveryLimits: (connector) => ({ ...activities.deps.deliveryLimits(connector), batch: about.batch }),
  });
  let [activityId, attempt] = [randomUUID() as string, 1];
  for (let left = 200 + 20 * Math.ceil(about.records / about.batch); ; left -= 1) {
    assert.ok(left > 0, 'the queue does not become empty');
    try {
      const { more, nextAt } = await asActivity(
        () => deliver({ tenantId, connectionId, lane: 'live', batches: 5 }),
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
  await account(database, subject, about.records);
  return report;
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
