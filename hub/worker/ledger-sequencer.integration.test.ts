import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { openDatabaseProxy, type DatabaseProxy } from '../../test/support/database-proxy.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { openDatabase, openPool, type Database } from '../../recorder-core/records/database.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { until } from '../processes/process-control.ts';
import { LedgerSequencer } from './ledger-sequencer.ts';

const WAIT_MS = 15_000;
let database: TestDatabase;
let proxy: DatabaseProxy;
let db: Database;
let pool: pg.Pool;
let sequencers: LedgerSequencer[];
let placed: number;
let faults: { readonly error: unknown; readonly tenantId: string | undefined }[];

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  proxy = await openDatabaseProxy(database.appUrl);
  db = openDatabase(proxy.url, { max: 2 });
  pool = openPool(database.dispatcherUrl, 2);
  sequencers = [];
  placed = 0;
  faults = [];
});
afterEach(async () => {
  for (const sequencer of sequencers) await sequencer.close();
  await Promise.all([db.close(), pool.end()]);
  await proxy.close();
});

function start(): LedgerSequencer {
  const sequencer = new LedgerSequencer({
    db,
    pool,
    onPlaced: (leaves) => (placed += leaves),
    onFault: (error, tenantId) => faults.push({ error, tenantId }),
  });
  sequencer.start();
  sequencers.push(sequencer);
  return sequencer;
}

async function add(tenantId: string, leaves: number): Promise<void> {
  for (let i = 0; i < leaves; i += 1)
    await database.db.forTenant(tenantId, (tx) =>
      appendLeaf(tx, tenantId, {
        at: new Date(),
        act: 'recording.stored',
        object: { type: 'recording', id: `r${i % 2}` },
        outcome: 'done',
      }),
    );
}

async function leavesOf(tenantId: string): Promise<number> {
  return (await database.asOwner('select from ledger_leaf where tenant_id = $1', [tenantId])).length;
}

describe('the sequencer', () => {
  test('places the leaves of every tenant by itself, each once, however many of it run', async () => {
    const tenants = [await database.addTenant(), await database.addTenant(), await database.addTenant()];
    start();
    start();
    for (const tenantId of tenants) await add(tenantId, 5);
    await until(() => placed === 15, WAIT_MS, 'all leaves to be placed');
    expect(await Promise.all(tenants.map(leavesOf))).toEqual([5, 5, 5]);
    expect(faults).toEqual([]);
  });

  test('leaves a tenant whose log refuses alone, and serves the others', async () => {
    const [broken, whole] = [await database.addTenant(), await database.addTenant()];
    await database.asOwner("update ledger_head set frontier = '\\x00' where tenant_id = $1", [broken]);
    await add(broken, 1);
    start();
    await until(() => faults.length > 0, WAIT_MS, 'the fault');
    await add(whole, 3);
    await until(() => placed === 3, WAIT_MS, 'the leaves of the other tenant to be placed');
    expect(faults).toMatchObject([{ tenantId: broken, error: { code: 'integrity_failed' } }]);
    await database.asOwner('delete from ledger_pending where tenant_id = $1', [broken]);
  });

  test('loses and doubles nothing when its connection breaks around its commit', async () => {
    for (const when of ['before', 'after'] as const) {
      const tenantId = await database.addTenant();
      await add(tenantId, 4);
      const broken = proxy.cutAt('commit', when);
      const sequencer = start();
      await broken;
      await sequencer.close();
      expect(faults.map((fault) => fault.tenantId)).toContain(tenantId);
      start(); // as another process would
      await until(async () => (await leavesOf(tenantId)) === 4, WAIT_MS, 'the leaves to be placed');
    }
  });
});
