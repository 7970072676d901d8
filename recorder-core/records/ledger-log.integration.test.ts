import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { parseLeaf } from '../ledger/leaf.ts';
import { append, leafHash, rootFrom, type Frontier } from '../ledger/merkle.ts';
import type { Tx } from './database.ts';
import { newId } from './ids.ts';
import { appendLeaf, readHead, readLeafBodies, readLeavesAbout } from './ledger-log.ts';
import { insertUser, findUserByRole } from './users.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

function add(tx: Tx, tenantId: string, objectId = 'r1', actor = 'Somebody'): Promise<number> {
  const leaf = {
    at: new Date(),
    act: 'recording.played',
    object: { type: 'recording', id: objectId },
    outcome: 'done',
  } as const;
  return appendLeaf(tx, tenantId, leaf, { actor });
}

/** Head as stored, and as it follows from the leaves. */
function heads(tenantId: string): Promise<{ stored: unknown; derived: unknown }> {
  return database.db.forTenant(tenantId, async (tx) => {
    const stored = await readHead(tx);
    let frontier: Frontier = [];
    const bodies = await readLeafBodies(tx, 0, stored.size + 10);
    for (const [size, body] of bodies.entries()) frontier = append(size, frontier, leafHash(body)).frontier;
    return { stored, derived: { size: bodies.length, root: rootFrom(bodies.length, frontier) } };
  });
}

describe('appendLeaf', () => {
  test('gives 20 transactions at once contiguous places and one root that follows from the leaves', async () => {
    const tenantId = await database.addTenant();
    const indices = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        database.db.forTenant(tenantId, async (tx) => {
          await insertUser(tx, tenantId, { id: newId(Date.now()), name: `U${i}`, role: 'auditor' });
          return add(tx, tenantId);
        }),
      ),
    );
    expect([...indices].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    const { stored, derived } = await heads(tenantId);
    expect(stored).toEqual(derived);
    expect(stored).toMatchObject({ size: 20 });
  });

  test('keeps the logs of tenants apart, also while both grow', async () => {
    const tenants = [await database.addTenant(), await database.addTenant()];
    await Promise.all(
      Array.from({ length: 14 }, (_, i) => {
        const tenantId = tenants[i % 2]!;
        return database.db.forTenant(tenantId, (tx) => add(tx, tenantId));
      }),
    );
    for (const tenantId of tenants) {
      const { stored, derived } = await heads(tenantId);
      expect(stored).toEqual(derived);
      expect(stored).toMatchObject({ size: 7 });
    }
  });

  test('leaves nothing of an act that is undone: no leaf, no gap, no act', async () => {
    const tenantId = await database.addTenant();
    const first = await database.db.forTenant(tenantId, (tx) => add(tx, tenantId, 'kept'));
    const undone = database.db.forTenant(tenantId, async (tx) => {
      await insertUser(tx, tenantId, { id: newId(Date.now()), name: 'Nobody', role: 'engineer' });
      await add(tx, tenantId, 'undone');
      throw new Error('the act fails after its leaf');
    });
    await expect(undone).rejects.toThrow('the act fails');
    const next = await database.db.forTenant(tenantId, (tx) => add(tx, tenantId, 'kept'));
    expect([first, next]).toEqual([0, 1]);
    const [undoneLeaves, user] = await database.db.forTenant(tenantId, async (tx) => [
      await readLeavesAbout(tx, 'undone'),
      await findUserByRole(tx, 'engineer'),
    ]);
    expect(undoneLeaves).toEqual([]);
    expect(user).toBeUndefined();
    const { stored, derived } = await heads(tenantId);
    expect(stored).toEqual(derived);
  });

  test('keeps a person out of the leaf: erasing the opening erases the name and leaves the log whole', async () => {
    const tenantId = await database.addTenant();
    await database.db.forTenant(tenantId, (tx) => add(tx, tenantId, 'r9', 'Zacharias Unverwechselbar'));
    const before = await database.db.forTenant(tenantId, (tx) => readLeavesAbout(tx, 'r9'));
    expect(before[0]!.openings).toEqual([{ name: 'actor', value: 'Zacharias Unverwechselbar' }]);
    expect(before[0]!.body.toString('utf8')).not.toContain('Zacharias');
    expect(Object.keys(parseLeaf(before[0]!.body).commitments ?? {})).toEqual(['actor']);
    await database.db.forTenant(tenantId, (tx) => tx.query('delete from ledger_opening'));
    const [after] = await database.db.forTenant(tenantId, (tx) => readLeavesAbout(tx, 'r9'));
    expect(after).toEqual({ ...before[0]!, openings: [] });
  });

  test('refuses a leaf that is none before it takes the head', async () => {
    const tenantId = await database.addTenant();
    const nonsense = database.db.forTenant(tenantId, (tx) =>
      appendLeaf(tx, tenantId, {
        at: new Date(),
        act: 'recording.invented' as 'recording.played',
        object: { type: 'recording', id: 'r1' },
        outcome: 'done',
      }),
    );
    await expect(nonsense).rejects.toMatchObject({ code: 'invalid_input', field: 'act' });
    expect(await heads(tenantId)).toMatchObject({ stored: { size: 0 } });
  });

  test('appends nothing to a head that does not fit its size', async () => {
    const tenantId = await database.addTenant();
    await database.db.forTenant(tenantId, (tx) => add(tx, tenantId));
    await database.asOwner("update ledger_head set frontier = frontier || '\\x00' where tenant_id = $1", [
      tenantId,
    ]);
    await expect(database.db.forTenant(tenantId, (tx) => add(tx, tenantId))).rejects.toMatchObject({
      code: 'integrity_failed',
    });
    expect(await database.asOwner('select from ledger_leaf where tenant_id = $1', [tenantId])).toHaveLength(
      1,
    );
  });
});

describe('leaves and nodes', () => {
  const CHANGES = ['update TABLE set index = index', 'delete from TABLE', 'truncate TABLE'];

  test('cannot be changed or removed, neither by the application nor by the owner', async () => {
    const tenantId = await database.addTenant();
    await database.db.forTenant(tenantId, (tx) => add(tx, tenantId));
    const app = new pg.Client({ connectionString: database.appUrl });
    await app.connect();
    try {
      for (const table of ['ledger_leaf', 'ledger_node']) {
        const stored = await database.asOwner(`select * from ${table} order by tenant_id, index`);
        for (const change of CHANGES.map((sql) => sql.replace('TABLE', table))) {
          await app.query("select set_config('holdfast.tenant_id', $1, false)", [tenantId]);
          await expect(app.query(change)).rejects.toMatchObject({ code: '42501' });
          await expect(database.asOwner(change)).rejects.toMatchObject({ code: '42501' });
        }
        expect(await database.asOwner(`select * from ${table} order by tenant_id, index`)).toEqual(stored);
      }
    } finally {
      await app.end();
    }
  });

  test('take no second leaf at a place that is taken', async () => {
    const tenantId = await database.addTenant();
    await database.db.forTenant(tenantId, (tx) => add(tx, tenantId));
    const again = database.db.forTenant(tenantId, (tx) =>
      tx.query(
        `insert into ledger_leaf (tenant_id, index, at, act, object_type, object_id, body)
         values ($1, 0, now(), 'recording.played', 'recording', 'r1', '{}')`,
        [tenantId],
      ),
    );
    await expect(again).rejects.toMatchObject({ code: '23505' });
  });
});
