import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as workflows from '../../workflows/index.ts';
import { disposalWorkflowId } from '../../workflows/ids.ts';
import { QUEUES } from '../../workflows/queues.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { verifyLedger } from '../../recorder-core/records/verify-tenant.ts';
import type { ActivityCall } from '../support/kill-points/activity-call.ts';
import { KilledWorkers } from '../support/kill-points/killed-workers.ts';
import { scriptedAnswers, scriptedLives, type WorkflowLife } from '../support/kill-points/workflow-lives.ts';
import { testLedgerKeys } from '../support/ledger-key.ts';
import { asActivity, openActivityBench, type ActivityBench } from '../support/stored-recording.ts';
import { startRecorderDatabase } from '../support/recorder-database.ts';
import type { TestDatabase } from '../support/test-database.ts';
import { NODE, openWorkflowTest, type WorkflowTest } from '../support/workflow-test.ts';

/** The life of a recording, with real activities on real rows, keys, objects and a connected search. */
const REAL = ['recordingLifecycle', 'redelivery', 'deliveryRun', 'retentionSweep', 'disposal'];

let temporal: WorkflowTest;
let database: TestDatabase;
let bench: ActivityBench;
let workers: KilledWorkers;

beforeAll(async () => {
  temporal = await openWorkflowTest();
  database = await startRecorderDatabase();
  bench = await openActivityBench(database);
  const scripted = scriptedAnswers((id, step) => workers.steps.get(id)?.includes(step) === true);
  workers = new KilledWorkers({
    address: temporal.address,
    namespace: temporal.namespace,
    processes: 2,
    onKill: ({ workflow, step, moment }) => process.stdout.write(`killed: ${workflow}, ${step} ${moment}\n`),
    answer: (call) => (REAL.includes(call.workflow) ? really(call) : scripted(call)),
  });
}, 600_000);
afterAll(async () => {
  workers.close();
  await bench.close();
  await database.close();
  await temporal.close();
}, 60_000);

function really({ name, input }: ActivityCall): Promise<unknown> {
  const all = Object.assign({}, ...Object.values(bench.activities)) as Record<
    string,
    (input: unknown) => Promise<unknown>
  >;
  return asActivity(() => all[name]?.(input) ?? Promise.reject(new Error(`There is no activity ${name}.`)));
}

/** Lives at once beside the recording's: a kill hits whatever its worker is at, and too many at once only wait for each other. */
const LANES = 3;

/** What Schedules start: a run that was killed for minutes gives up, and the next one takes its place. */
const BY_SCHEDULE = ['comparisonRound', 'complianceRound', 'deliverySweep', 'retentionSweep', 'streamRound'];

async function run(life: WorkflowLife, workflowId: string): Promise<unknown> {
  for (let left = BY_SCHEDULE.includes(life.workflow) ? 5 : 0; left > 0; left -= 1)
    try {
      return await runOnce(life, workflowId);
    } catch {
      continue;
    }
  return runOnce(life, workflowId);
}

async function runOnce({ workflow, input }: WorkflowLife, workflowId: string): Promise<unknown> {
  const handle = await temporal.client.workflow.start(workflow, {
    workflowId,
    taskQueue: QUEUES.lifecycle,
    args: [input],
  });
  return handle.result();
}

/** A claim whose worker died before it could say so is renewed by a sweep ten minutes later; here they have passed at once. */
async function sweepUntilStarted(
  go: (life: WorkflowLife) => Promise<unknown>,
  disposal: string,
): Promise<void> {
  for (;;) {
    await go({ workflow: 'retentionSweep', input: { partition: 0, partitions: 1, limit: 10 } });
    const started = await temporal.client.workflow
      .getHandle(disposal)
      .describe()
      .then(
        () => true,
        () => false,
      );
    if (started) return;
    await database.asOwner("update recording set claimed_at = claimed_at - interval '11 minutes'");
  }
}

/** Every workflow once; answers results and steps by workflow, and what is left of the recording. */
async function liveOnce(turn: string, ids = new Map<string, string>()) {
  const recordingId = await bench.capture();
  const ref = { tenantId: database.tenantId, recordingId };
  const go = async (life: WorkflowLife): Promise<[string, unknown]> => {
    const id = `${turn}/${life.workflow}`;
    ids.set(life.workflow, id);
    return [life.workflow, await run(life, id)];
  };
  const ofRecording = async (): Promise<[string, unknown][]> => {
    const results = [
      await go({ workflow: 'recordingLifecycle', input: { ...ref, spoolNode: NODE, queues: true } }),
    ];
    results.push(await go({ workflow: 'redelivery', input: ref }));
    const queue = { tenantId: ref.tenantId, connectionId: bench.searchId, lane: 'live' };
    results.push(await go({ workflow: 'deliveryRun', input: queue }));
    await bench.makeDue(recordingId);
    const disposal = disposalWorkflowId({ ...ref, policyEpoch: 1 });
    ids.set('disposal', disposal);
    await sweepUntilStarted(go, disposal);
    results.push(['disposal', await temporal.client.workflow.getHandle(disposal).result()]);
    return results;
  };
  const left = scriptedLives();
  const scripted: [string, unknown][] = [];
  const lane = async (): Promise<void> => {
    for (let life = left.shift(); life !== undefined; life = left.shift()) scripted.push(await go(life));
  };
  const [real] = await Promise.all([ofRecording(), ...Array.from({ length: LANES }, lane)]);
  const steps = Object.fromEntries(
    [...ids].map(([workflow, id]) => [workflow, [...(workers.steps.get(id) ?? [])].sort()]),
  );
  return {
    results: withoutDates(Object.fromEntries([...real, ...scripted])),
    steps,
    left: await leftOf(recordingId),
  };
}

/** Dates and places in the ledger differ from life to life; nothing else may. */
function withoutDates(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) =>
      key === 'ledgerIndex'
        ? 'index'
        : typeof inner === 'string' && /^\d{4}-\d\d-\d\dT/.test(inner)
          ? 'date'
          : inner,
    ),
  );
}

/** What is left of a recording, and what was done about it, each as often as it was. */
async function leftOf(recordingId: string) {
  const rows = (text: string): Promise<Record<string, unknown>[]> => database.asOwner(text, [recordingId]);
  const acts = await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, recordingId));
  return {
    acts: acts.map(({ act }) => act).sort(),
    recording: await rows('select state, policy_epoch from recording where id = $1'),
    parts: await rows(
      'select kind, destroyed_at is not null as gone from part where recording_id = $1 order by kind, label',
    ),
    keys: await rows(
      'select count(*)::int from data_key k join part p on p.id = k.part_id where p.recording_id = $1',
    ),
    receipts: await rows(
      'select operation, outcome from receipt where recording_id = $1 order by operation, outcome',
    ),
    certificates: await rows('select count(*)::int from disposal_certificate where recording_id = $1'),
    tombstones: await rows(
      'select count(*)::int from tombstone where recording_id = $1 and withdrawn_at is null',
    ),
    searchable: await rows(
      "select count(*)::int from search_document where recording_id = $1 and document <> '{}'",
    ),
  };
}

test('a worker killed at the beginning and at the end of every step of every workflow changes nothing of what comes out, and nothing is done twice', async () => {
  const undisturbed = await liveOnce('undisturbed');
  expect(workers.kills).toEqual([]);
  expect(Object.keys(undisturbed.steps).sort()).toEqual(Object.keys(workflows).sort());

  workers.killing = true;
  const ids = new Map<string, string>();
  const killed = await liveOnce('killed', ids).finally(() => {
    process.stdout.write(`${tableOf(ids)}\n`);
  });
  expect(askedOnce(killed)).toEqual(askedOnce(undisturbed));
  // The one act that is made again: a deletion whose answer nobody was told. Each asking has its receipt and its leaf.
  expect(killed.left.receipts).toHaveLength(undisturbed.left.receipts.length + 1);

  const wanted = Object.entries(killed.steps).flatMap(([workflow, steps]) =>
    steps.flatMap((step) => ['begun', 'done'].map((at) => `${workflow} ${step} ${at}`)),
  );
  const met = workers.kills.map(({ workflow, step, moment }) => `${workflow} ${step} ${moment}`);
  expect(met.sort()).toEqual(wanted.sort());
  const ledger = await verifyLedger({ db: database.db }, database.tenantId, testLedgerKeys, new Date());
  expect(ledger).toMatchObject({ ok: true });
}, 3_600_000);

/**
 * Without what a deletion that was asked for twice adds: it is one at the other side, and is asked for until its answer is known.
 * How much a run of deliveries has sent is what it was told of, so that is left out too.
 */
function askedOnce({ left, results, steps }: Awaited<ReturnType<typeof liveOnce>>): unknown {
  const once = (rows: readonly unknown[]) => [...new Set(rows.map((row) => JSON.stringify(row)))];
  const { deliveryRun, ...others } = results as Readonly<Record<string, unknown>>;
  expect(deliveryRun).toHaveProperty('sent');
  return { steps, results: others, left: { ...left, acts: once(left.acts), receipts: once(left.receipts) } };
}

/** Every step of every workflow: when it was killed, and how often it was done all the same. */
function tableOf(ids: ReadonlyMap<string, string>): string {
  const lines = [...ids].flatMap(([workflow, id]) =>
    (workers.steps.get(id) ?? []).map((step) => {
      const kills = workers.kills.filter((kill) => kill.workflow === workflow && kill.step === step);
      const moments = kills.map(({ moment }) => moment).join(', ');
      const times = String(workers.runs.get(`${id} ${step}`));
      return `${workflow.padEnd(21)} ${step.padEnd(19)} killed when ${moments}; done ${times} times`;
    }),
  );
  return `${String(workers.kills.length)} kills\n${lines.join('\n')}`;
}
