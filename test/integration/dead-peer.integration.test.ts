/** A peer that is dead for a day: what is for it waits, the connection says why and since when, and all of it arrives after. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deliverDue } from '../../activities/deliveries/deliver-due.ts';
import { findDueQueues } from '../../activities/deliveries/find-due-queues.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import type { DeliveryProgress } from '../../activities/connector-contract.ts';
import { readHealth } from '../../hub/connections/connection-health.ts';
import { createConnectorHost, type ConnectorHost } from '../../hub/connections/host/connector-host.ts';
import { systemClock } from '../../hub/connections/host/system-clock.ts';
import { makeSendBatch } from '../../hub/connections/send-batch.ts';
import { createSharedBudgets } from '../../hub/connections/shared-budgets.ts';
import { queueDeliveries } from '../../recorder-core/records/deliveries.ts';
import { addConnectionRow } from '../support/connection-row.ts';
import { startFaultProxy, type FaultProxy } from '../support/connectors/fault-proxy.ts';
import { addSpokenRecordings } from '../support/deliveries/spoken-recordings.ts';
import { SalesforceDouble } from '../support/peers/salesforce-double.ts';
import { asActivity, openActivityBench, type ActivityBench } from '../support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';

const DAY_MS = 24 * 3_600_000;
const LONGEST_PAUSE_MS = 10 * 60_000;
const [BEFORE, MEANWHILE] = [20, 400];

let database: TestDatabase;
let bench: ActivityBench;
let peer: SalesforceDouble;
let proxy: FaultProxy;
let host: ConnectorHost;
let connectionId: string;
let deps: ActivityDependencies;
let skippedMs = 0;
const now = (): Date => new Date(Date.now() + skippedMs);

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const app = { clientId: 'holdfast', clientSecret: 'secret-of-the-app', publicKey, user: 'holdfast' };
  peer = await SalesforceDouble.start(app);
  proxy = await startFaultProxy(peer.url, (method) => method !== 'GET');
  host = createConnectorHost({
    egress: { allowPrivateNetwork: true },
    clock: { now: () => now().getTime(), wait: systemClock.wait },
    budgets: createSharedBudgets(database.db),
    log: () => undefined,
  });
  const sendBatch = makeSendBatch({ db: database.db, keys: bench.keys, host, onOutcome: () => undefined });
  deps = { ...bench.deps, now, clockOf: () => Promise.resolve(now()), sendBatch };
  const { clientId, clientSecret } = app;
  connectionId = await addConnectionRow(database, {
    connector: 'salesforce',
    config: { instanceUrl: proxy.url },
    credential: { keys: bench.keys, value: { type: 'oauth2_client_credentials', clientId, clientSecret } },
  });
  await addSpokenRecordings(database, database.tenantId, BEFORE + MEANWHILE);
}, 60_000);
afterAll(async () => {
  await host.close();
  await proxy.close();
  await peer.stop();
  await bench.close();
  await database.close();
});

/** Moves the worker's clock. What lives by the database's clock is made older by as much. */
async function pass(ms: number): Promise<void> {
  skippedMs += ms;
  const older = (column: string): string => `${column} = ${column} - $2 * interval '1 millisecond'`;
  await database.asOwner(
    `update connection_budget set ${['closed_until', 'failing_since', 'opened_at', 'probe_at'].map(older).join(', ')}
      where connection_id = $1`,
    [connectionId, ms],
  );
}

async function queue(ids: readonly string[]): Promise<void> {
  const { tenantId } = database;
  await database.db.forTenant(tenantId, (tx) =>
    queueDeliveries(
      tx,
      { tenantId, now: now(), newId: bench.deps.newId },
      ids.map((id) => ({
        connectionId,
        operation: 'upsert-recording',
        subject: { type: 'recording', id },
      })),
    ),
  );
}

/** What a run of the queue does, and the sweep before it, which has to name the queue. */
async function deliver(): Promise<DeliveryProgress> {
  const { tenantId } = database;
  const { queues } = await findDueQueues(deps)({});
  expect(queues).toContainEqual({ tenantId, connectionId, lane: 'live' });
  return asActivity(() => deliverDue(deps)({ tenantId, connectionId, lane: 'live' }));
}

const health = () => database.db.forTenant(database.tenantId, (tx) => readHealth(tx, connectionId, now()));
const there = (): number => peer.org.live('Holdfast_Recording__c').length;

test('a peer that is dead for a day loses nothing, is asked at least every ten minutes, and has everything soon after', async () => {
  const ids = (
    await database.asOwner<{ id: string }>("select id from recording where state = 'retained' order by id")
  ).map(({ id }) => id);
  await queue(ids.slice(0, BEFORE));
  await deliver();
  expect(there()).toBe(BEFORE);

  proxy.away(true);
  const diedAt = now().getTime();
  await queue(ids.slice(BEFORE, BEFORE + MEANWHILE / 2));
  let tries = 0;
  for (let queuedMore = false; now().getTime() < diedAt + DAY_MS; tries += 1) {
    const { nextAt, more } = await deliver();
    expect({ more, waits: nextAt !== null }).toEqual({ more: false, waits: true });
    const pauseMs = Date.parse(nextAt!) - now().getTime();
    expect(pauseMs).toBeLessThanOrEqual(LONGEST_PAUSE_MS);
    await pass(Math.max(1, pauseMs + 1));
    if (queuedMore || now().getTime() < diedAt + DAY_MS / 2) continue;
    queuedMore = true;
    await queue(ids.slice(BEFORE + MEANWHILE / 2)); // the world goes on meanwhile
  }
  // Neither forgotten for long nor asked without end: a pause is five to ten minutes once it has grown.
  expect(tries).toBeGreaterThan(DAY_MS / LONGEST_PAUSE_MS);
  expect(tries).toBeLessThan(2 * (DAY_MS / LONGEST_PAUSE_MS) + 20);

  const dead = await health();
  expect(dead.deliveries).toMatchObject({ queued: MEANWHILE, dead: 0, error: { class: 'transient' } });
  expect(dead.deliveries?.error?.title).not.toBe('');
  expect(Date.parse(dead.deliveries!.lastDoneAt!)).toBeLessThanOrEqual(diedAt);
  expect(Date.parse(dead.deliveries!.lastFailedAt!)).toBeGreaterThan(diedAt + DAY_MS - 2 * LONGEST_PAUSE_MS);
  expect(dead.budget?.breaker).not.toBe('closed');
  const sinceMs = Date.now() - dead.budget!.failingSince!.getTime();
  expect(sinceMs).toBeGreaterThan(DAY_MS - LONGEST_PAUSE_MS);
  expect(there()).toBe(BEFORE);

  proxy.away(false);
  const backAt = now().getTime();
  let calls = 0;
  for (let isThrough = false; !isThrough; calls += 1) {
    expect(calls).toBeLessThan(10);
    const { more, nextAt } = await deliver();
    isThrough = !more && nextAt === null;
    if (nextAt !== null) await pass(Math.max(0, Date.parse(nextAt) - now().getTime()) + 1);
  }
  expect(now().getTime() - backAt).toBeLessThan(LONGEST_PAUSE_MS);
  expect(there()).toBe(BEFORE + MEANWHILE);
  const back = await health();
  expect(back.deliveries).toMatchObject({ queued: 0, dead: 0, error: null, closedUntil: null });
  expect(back.budget).toMatchObject({ breaker: 'closed', failingSince: null });
  const [account] = await database.asOwner(
    `select (select count(*) from delivery where connection_id = $1 and state = 'done') as done,
            (select count(distinct recording_id) from receipt where connection_id = $1 and outcome = 'done') as receipts`,
    [connectionId],
  );
  expect(account).toEqual({ done: BEFORE + MEANWHILE, receipts: BEFORE + MEANWHILE });
}, 120_000);
