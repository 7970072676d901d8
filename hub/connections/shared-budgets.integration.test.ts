import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RateLimit } from '../../connectors/kit/manifest.ts';
import { readBudget } from '../../recorder-core/records/connection-budgets.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { addConnectionRow } from '../../test/support/connection-row.ts';
import { inertConnector } from '../../test/support/connectors/inert-connector.ts';
import { observedHost, type ObservedHost } from '../../test/support/connectors/observed-host.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { BudgetStore } from './host/budget-store.ts';
import { systemClock } from './host/system-clock.ts';
import { createSharedBudgets } from './shared-budgets.ts';

let database: TestDatabase;
let server: Server;
let url: string;
let handler: RequestListener;
let workers: ObservedHost[];
let reservations = 0;

function counted(store: BudgetStore): BudgetStore {
  return {
    ...store,
    reserve(...ask) {
      reservations += 1;
      return store.reserve(...ask);
    },
  };
}

beforeAll(async () => {
  database = await openTestDatabase();
  server = createServer((request, response) => handler(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  workers = [1, 2].map(() =>
    observedHost(undefined, { clock: systemClock, budgets: counted(createSharedBudgets(database.db)) }),
  );
});
afterAll(async () => {
  await Promise.all(workers.map(({ host }) => host.close()));
  server.closeAllConnections();
  server.close();
  await database.close();
});

/** A connection, and a request on it by each worker. */
async function connect(rate: RateLimit) {
  const { tenantId, db } = database;
  const connector = inertConnector({ auth: [{ type: 'none', title: 'None' }], rate });
  const id = await addConnectionRow(database, { connector: connector.manifest.id, config: { url } });
  const open = { id, tenantId, config: { url }, credential: { type: 'none' } };
  const contexts = await Promise.all(workers.map(({ host }) => host.contextFor(connector, open)));
  const ask = async (worker: number) =>
    (await contexts[worker]!.http.request({ method: 'POST', url: `${url}/x` })).status;
  const row = () => db.forTenant(tenantId, (tx) => readBudget(tx, id));
  const acts = async () =>
    (await db.forTenant(tenantId, (tx) => readLeavesAbout(tx, id))).map(({ act }) => act);
  const change = (sql: string) =>
    database.asOwner(`update connection_budget set ${sql} where connection_id = $1`, [id]);
  return { ask, row, acts, change };
}

const refusedWith = (errorClass: string) =>
  expect.objectContaining({ remoteError: expect.objectContaining({ class: errorClass }) });

describe('a budget that workers share', () => {
  test('two workers together send no more than the vendor takes, and few round trips go for it', async () => {
    handler = (_request, response) => response.end();
    const window = { perSeconds: 3600, requests: 40, kind: 'fixed' } as const;
    const { ask } = await connect({ requestsPerSecond: 1000, burst: 1000, windows: [window] });
    reservations = 0;
    const answers = await Promise.allSettled(Array.from({ length: 60 }, (_none, n) => ask(n % 2)));
    const [taken, refused] = ['fulfilled', 'rejected'].map((is) =>
      answers.filter(({ status }) => status === is),
    );
    expect(taken!.length).toBeLessThanOrEqual(40);
    // What one worker took for a slice and did not use is lost to the other.
    expect(taken!.length).toBeGreaterThan(20);
    expect(reservations).toBeLessThan(15 + refused!.length);
    for (const one of refused!) expect(one).toMatchObject({ reason: refusedWith('throttled') });
  });

  test('what the remote system asked one worker, the other heeds as well', async () => {
    handler = (_request, response) => response.writeHead(429, { 'retry-after': '60' }).end();
    const { ask, row } = await connect({ requestsPerSecond: 1000, burst: 1000 });
    expect(await ask(0)).toBe(429);
    await expect(ask(1)).rejects.toEqual(refusedWith('throttled'));
    expect((await row())?.closedUntil?.getTime()).toBeGreaterThan(Date.now() + 50_000);
  });

  test("what is left of the vendor's allowance is kept, and its end closes the connection", async () => {
    let used = 17;
    handler = (_request, response) =>
      response.writeHead(200, { 'limit-info': `api-usage=${(used += 1)}/20` }).end();
    const quota = { header: 'limit-info', holds: 'usage', keep: 1 } as const;
    const { ask, row } = await connect({ requestsPerSecond: 1000, burst: 1000, quota });
    await ask(0);
    expect(await row()).toMatchObject({ quotaLimit: 20, quotaRemaining: 2, closedUntil: null });
    await ask(1);
    expect((await row())?.closedUntil?.getTime()).toBeGreaterThan(Date.now() + 600_000);
  });

  test('a system that is away is left alone by all, tried by one, and used again by all', async () => {
    let up = false;
    let arrived = 0;
    handler = (_request, response) => {
      arrived += 1;
      response.writeHead(up ? 200 : 500).end();
    };
    const { ask, row, acts, change } = await connect({ requestsPerSecond: 1000, burst: 1000 });
    for (let n = 0; n < 4; n += 1) expect(await ask(0)).toBe(500);
    await change("failing_since = now() - interval '3 seconds'");
    await ask(0);
    expect(await row()).toMatchObject({ breaker: 'open', failures: 5, openings: 1 });
    const before = arrived;
    await expect(ask(0)).rejects.toEqual(refusedWith('transient'));
    await expect(ask(1)).rejects.toEqual(refusedWith('transient'));
    expect(arrived).toBe(before);
    up = true;
    await change("probe_at = now() - interval '1 second'");
    expect(await ask(1)).toBe(200);
    expect(await ask(0)).toBe(200);
    expect(await row()).toMatchObject({ breaker: 'closed', failures: 0, openedAt: null });
    expect(await acts()).toEqual(['breaker.opened', 'breaker.closed']);
  });
});
