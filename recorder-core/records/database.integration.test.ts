import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { openDatabase, planOnce, type Tx } from './database.ts';
import { newId } from './ids.ts';
import { findUserByRole, insertUser } from './users.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

function addUser(tx: Tx, role: string): Promise<void> {
  return insertUser(tx, database.tenantId, { id: newId(Date.now()), name: 'Somebody', role });
}

function userOf(role: string): Promise<unknown> {
  return database.db.forTenant(database.tenantId, (tx) => findUserByRole(tx, role));
}

/** Ends the connection of a transaction from the server's side, as a restart or a failover does. */
async function breakOff(tx: Tx): Promise<void> {
  const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
  const ended = new Promise((resolve) => tx.once('end', resolve));
  await database.asOwner('select pg_terminate_backend($1)', [rows[0]!.pid]);
  await ended;
}

describe('a transaction', () => {
  test('whose connection breaks between two queries fails, changes nothing and takes nothing along', async () => {
    const broken = database.db.forTenant(database.tenantId, async (tx) => {
      await addUser(tx, 'role-one');
      await breakOff(tx);
      await addUser(tx, 'role-one');
    });
    await expect(broken).rejects.toThrow(/not queryable|closed|terminat/);
    expect(await userOf('role-one')).toBeUndefined();
  });

  test('whose connection breaks while the work does something else fails at its commit', async () => {
    const broken = database.db.forTenant(database.tenantId, async (tx) => {
      await addUser(tx, 'role-two');
      await breakOff(tx);
      return 'done';
    });
    await expect(broken).rejects.toThrow();
    expect(await userOf('role-two')).toBeUndefined();
  });

  test('whose connection breaks in a query fails with it', async () => {
    const broken = database.db.forTenant(database.tenantId, async (tx) => {
      const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      const sleeping = tx.query('select pg_sleep(60)');
      await Promise.all([sleeping, database.asOwner('select pg_terminate_backend($1)', [rows[0]!.pid])]);
    });
    await expect(broken).rejects.toThrow();
  });

  test('gives its connection back clean, whether it ends well or not', async () => {
    const single = openDatabase(database.appUrl, { max: 1 });
    try {
      for (let i = 0; i < 5; i += 1) {
        const failing = single.forTenant(database.tenantId, (tx) => tx.query('select no_such_column'));
        await expect(failing).rejects.toMatchObject({ code: '42703' });
        const listeners = await single.forTenant(database.tenantId, async (tx) => tx.listenerCount('error'));
        expect(listeners).toBe(1);
      }
    } finally {
      await single.close();
    }
  });

  test('that cannot begin says that the database is away, and that to try again makes sense', async () => {
    const away = openDatabase('postgres://nobody@127.0.0.1:1/none');
    const asked = away.forTenant(database.tenantId, async () => 'never');
    await expect(asked).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    await away.close();
  });
});

test('a statement is planned once from where that is asked for to the end of the transaction, and not after it', async () => {
  const modeOf = async (tx: Tx) =>
    (await tx.query<{ plan_cache_mode: string }>('show plan_cache_mode')).rows[0];
  const { db, tenantId } = database;
  await db.forTenant(tenantId, async (tx) => {
    await planOnce(tx);
    expect(await modeOf(tx)).toEqual({ plan_cache_mode: 'force_generic_plan' });
  });
  const after = await Promise.all(Array.from({ length: 8 }, () => db.forTenant(tenantId, modeOf)));
  expect(new Set(after.map((row) => row?.plan_cache_mode))).toEqual(new Set(['auto']));
});
