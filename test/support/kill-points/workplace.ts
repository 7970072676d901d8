import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { makeActivities } from '../../../activities/make-activities.ts';
import { createConnectorHost } from '../../../hub/connections/host/connector-host.ts';
import { systemClock } from '../../../hub/connections/host/system-clock.ts';
import { makeRunOnConnection } from '../../../hub/connections/run-on-connection.ts';
import type { Asking } from '../../../hub/identity/asking.ts';
import { ON_THE_MACHINE } from '../../../hub/identity/circumstances.ts';
import { processEvent } from '../../../hub/webhooks/process-event.ts';
import { OutboxDispatcher } from '../../../hub/worker/outbox-dispatcher.ts';
import { startOutboxWork } from '../../../hub/worker/start-outbox-work.ts';
import { openPool, type Tx } from '../../../recorder-core/records/database.ts';
import { readLeavesAbout } from '../../../recorder-core/records/stored-leaves.ts';
import { insertUser } from '../../../recorder-core/records/users.ts';
import { QUEUES } from '../../../workflows/queues.ts';
import {
  asActivity,
  openActivityBench,
  type ActivityBench,
  type CaptureOptions,
} from '../stored-recording.ts';
import { testStreamReader } from '../stream-reader.ts';
import type { TestDatabase } from '../test-database.ts';
import { TEST_COMPLIANCE, testEvidence } from '../test-evidence.ts';
import { openTicketSystem, type TicketSystem } from '../webhook-connection.ts';
import { testWebhooks } from '../webhook-posting.ts';
import type { ActivityCall } from './activity-call.ts';

/** What real lives of workflows need: rows, keys, objects, other systems, people, and the outbox that sets workflows going. */
export interface Workplace {
  readonly database: TestDatabase;
  readonly tenantId: string;
  readonly bench: ActivityBench;
  readonly client: Client;
  /** Two officers, on whose behalf things are done now. */
  asking(by?: 'officer' | 'second'): Asking;
  /** A ticket system that takes notices as well. */
  readonly tickets: TicketSystem;
  /** Does what an activity does. */
  perform(call: Pick<ActivityCall, 'name' | 'input'>): Promise<unknown>;
  inTenant<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** A call that its lifecycle has brought to `retained`, known to the search; answers its id. */
  recorded(options?: CaptureOptions): Promise<string>;
  /** Runs what a Schedule runs: one that was killed for minutes gives up, and the next one takes its place. */
  scheduled(workflow: string, input: object): Promise<unknown>;
  /** What the ledger says of a thing, without the deliveries: these are asked again until their answer is known. */
  acts(objectId: string, tenantId?: string): Promise<string[]>;
  close(): Promise<void>;
}

const OFFICERS = {
  officer: { id: randomUUID(), name: 'Olga Officer', role: 'compliance_officer' },
  second: { id: randomUUID(), name: 'Sven Zweiter', role: 'compliance_officer' },
};

/** Opens one on a database of its own; `client` is where the workers are. */
export async function openWorkplace(database: TestDatabase, client: Client): Promise<Workplace> {
  const { db, tenantId } = database;
  const bench = await openActivityBench(database);
  const { keys, newId } = bench.deps;
  const host = createConnectorHost({
    egress: { allowPrivateNetwork: true },
    clock: systemClock,
    log: () => undefined,
  });
  const posting = testWebhooks(keys);
  const activities = Object.assign(
    {},
    ...Object.values(
      makeActivities({
        ...bench.deps,
        runOnConnection: makeRunOnConnection({ db, keys, host, onOutcome: () => undefined }),
        streams: testStreamReader({ db, keys, host }, newId),
        evidence: testEvidence(db),
        compliance: TEST_COMPLIANCE,
        webhooks: posting,
      }),
    ),
  ) as Record<string, (input: unknown) => Promise<unknown>>;
  const inTenant: Workplace['inTenant'] = (work) => db.forTenant(tenantId, work);
  for (const person of Object.values(OFFICERS)) await inTenant((tx) => insertUser(tx, tenantId, person));
  const tickets = await openTicketSystem({ database, services: { keys } });
  const outbox = openOutbox(database, bench, client);
  return {
    database,
    tenantId,
    bench,
    client,
    tickets,
    inTenant,
    asking: (by = 'officer') => ({
      db,
      tenantId,
      person: OFFICERS[by],
      now: new Date(),
      newId,
      circumstances: ON_THE_MACHINE,
    }),
    perform: ({ name, input }) =>
      asActivity(
        () => activities[name]?.(input) ?? Promise.reject(new Error(`There is no activity ${name}.`)),
      ),
    async recorded(options) {
      const id = await bench.capture(options);
      await database.waitFor("select 1 from recording where id = $1 and state = 'retained'", [id]);
      await database.waitFor("select 1 from receipt where recording_id = $1 and outcome = 'done'", [id]);
      return id;
    },
    scheduled: (workflow, input) => runScheduled(client, workflow, input),
    acts: async (objectId, owner = tenantId) =>
      (await db.forTenant(owner, (tx) => readLeavesAbout(tx, objectId)))
        .map(({ act }) => act)
        .filter((act) => !act.startsWith('delivery.'))
        .sort(),
    async close() {
      await outbox.close();
      await host.close();
      posting.close();
      await tickets.close();
      await bench.close();
    },
  };
}

/** Attempts of what a Schedule starts. */
const ATTEMPTS = 6;

async function runScheduled(client: Client, workflow: string, input: object): Promise<unknown> {
  for (let left = ATTEMPTS; ; left -= 1) {
    const run = await client.workflow.start(workflow, {
      workflowId: `${workflow}/${randomUUID()}`,
      taskQueue: QUEUES.lifecycle,
      args: [input],
    });
    try {
      return await run.result();
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}

/** The dispatcher as a hub has it. */
function openOutbox(database: TestDatabase, bench: ActivityBench, client: Client) {
  const { db } = database;
  const { packs, newId, journal } = bench.deps;
  const pool = openPool(database.dispatcherUrl, 2, () => undefined);
  const context = { db, packs, newId, now: () => new Date(), journal: () => Promise.resolve(journal) };
  const dispatcher = new OutboxDispatcher({
    pool,
    start: startOutboxWork({
      client,
      db,
      processEvent: (ref) => processEvent({ ...context, callSecret: TEST_COMPLIANCE.callSecret }, ref),
      continueRemoval: () => Promise.reject(new Error('No connection is removed here.')),
    }),
    onDispatched: () => undefined,
    onFault: () => undefined,
  });
  dispatcher.start();
  return {
    async close() {
      await dispatcher.close();
      await pool.end();
    },
  };
}
