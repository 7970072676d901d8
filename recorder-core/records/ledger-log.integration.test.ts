import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { openCommitment } from '../ledger/commitment.ts';
import { parseLeaf } from '../ledger/leaf.ts';
import { leafHash } from '../ledger/merkle.ts';
import type { Tx } from './database.ts';
import { newId } from './ids.ts';
import { appendLeaf, appendLeaves, nodeReader, readHead } from './ledger-log.ts';
import { sequenceTenant } from './sequence-leaves.ts';
import { readLeavesAbout, type StoredLeaf } from './stored-leaves.ts';
import { findUserByRole, insertUser } from './users.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

function leafAbout(id: string) {
  return {
    at: new Date(),
    act: 'recording.played',
    object: { type: 'recording', id },
    outcome: 'done',
  } as const;
}

function add(tx: Tx, tenantId: string, objectId = 'r1', actor = 'Somebody'): Promise<void> {
  return appendLeaf(tx, tenantId, leafAbout(objectId), { actor });
}

function about(tenantId: string, objectIds: string | string[]): Promise<StoredLeaf[]> {
  return database.db.forTenant(tenantId, (tx) => readLeavesAbout(tx, objectIds));
}

describe('appendLeaf', () => {
  test('leaves nothing of an act that is undone: no leaf, no gap, no act', async () => {
    const tenantId = await database.addTenant();
    await database.db.forTenant(tenantId, (tx) => add(tx, tenantId, 'kept'));
    const undone = database.db.forTenant(tenantId, async (tx) => {
      await insertUser(tx, tenantId, { id: newId(Date.now()), name: 'Nobody', role: 'engineer' });
      await add(tx, tenantId, 'undone');
      throw new Error('the act fails after its leaf');
    });
    await expect(undone).rejects.toThrow('the act fails');
    await database.db.forTenant(tenantId, (tx) => add(tx, tenantId, 'kept'));
    expect((await about(tenantId, ['kept', 'undone'])).map(({ index }) => index)).toEqual([0, 1]);
    expect(await about(tenantId, 'undone')).toEqual([]);
    const user = await database.db.forTenant(tenantId, (tx) => findUserByRole(tx, 'engineer'));
    expect(user).toBeUndefined();
  });

  test('waits for no other act, and its leaf shows at once to who reads the log', async () => {
    const tenantId = await database.addTenant();
    await database.db.forTenant(tenantId, async (tx) => {
      await add(tx, tenantId, 'slow');
      await database.db.forTenant(tenantId, (other) => add(other, tenantId, 'fast'));
      expect((await about(tenantId, ['slow', 'fast'])).map(({ object }) => object.id)).toEqual(['fast']);
    });
    expect((await about(tenantId, ['slow', 'fast'])).map(({ object }) => object.id)).toEqual([
      'fast',
      'slow',
    ]);
  });

  test('keeps a person out of the leaf: erasing the opening erases the name and leaves the log whole', async () => {
    const tenantId = await database.addTenant();
    await database.db.forTenant(tenantId, (tx) => add(tx, tenantId, 'r9', 'Zacharias Unverwechselbar'));
    const [before] = await about(tenantId, 'r9');
    expect(before!.openings).toMatchObject([{ name: 'actor', value: 'Zacharias Unverwechselbar' }]);
    expect(before!.body.toString('utf8')).not.toContain('Zacharias');
    const { commitments } = parseLeaf(before!.body);
    expect(Object.keys(commitments ?? {})).toEqual(['actor']);
    expect(openCommitment(commitments, before!.openings[0]!)).toBe(true);
    await database.db.forTenant(tenantId, (tx) => tx.query('delete from ledger_opening'));
    expect(await about(tenantId, 'r9')).toEqual([{ ...before!, openings: [], erased: ['actor'] }]);
  });

  test('takes nothing that could not be placed, whoever writes it', async () => {
    const tenantId = await database.addTenant();
    const row = (openings: string) =>
      database.db.forTenant(tenantId, (tx) =>
        tx.query(
          `insert into ledger_pending (tenant_id, at, act, object_type, object_id, body, openings)
           values ($1, now(), 'recording.played', 'recording', 'r1', '{}', $2)`,
          [tenantId, openings],
        ),
      );
    await expect(row('[{"name":"actor","salt":"","value":"\\u0000"}]')).rejects.toMatchObject({
      code: '22P05',
    });
    const zero = database.db.forTenant(tenantId, (tx) => add(tx, tenantId, 'r1', 'zero\0'));
    await expect(zero).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await about(tenantId, 'r1')).toEqual([]);
  });

  test('refuses a leaf that is none', async () => {
    const tenantId = await database.addTenant();
    const nonsense = database.db.forTenant(tenantId, (tx) =>
      appendLeaf(tx, tenantId, { ...leafAbout('r1'), act: 'recording.invented' as 'recording.played' }),
    );
    await expect(nonsense).rejects.toMatchObject({ code: 'invalid_input', field: 'act' });
    expect(await about(tenantId, 'r1')).toEqual([]);
  });

  test('takes a name with every letter there is, and a leaf as long as it may be', async () => {
    const tenantId = await database.addTenant();
    const actor = 'Ünal "O\\\'Neill" \u{1f600}\n,{}\t';
    const long = { ...leafAbout('r1'), facts: { text: 'ü"\\'.repeat(10_000) } };
    await database.db.forTenant(tenantId, (tx) => appendLeaf(tx, tenantId, long, { actor }));
    const [leaf] = await about(tenantId, 'r1');
    expect(leaf!.openings).toMatchObject([{ value: actor }]);
    expect(parseLeaf(leaf!.body).facts).toEqual(long.facts);
  });
});

describe('appendLeaves', () => {
  test('keeps the order it is given, each leaf with its own openings', async () => {
    const tenantId = await database.addTenant();
    await database.db.forTenant(tenantId, async (tx) => {
      await appendLeaves(tx, tenantId, []);
      const entries = ['a', 'b', 'a', 'c'].map((id, i) => ({
        leaf: leafAbout(id),
        ...(i === 1 ? {} : { personal: { actor: `Actor ${i}`, reason: `Reason ${i}` } }),
      }));
      await appendLeaves(tx, tenantId, entries);
    });
    const leaves = await about(tenantId, ['c', 'b', 'a']);
    expect(leaves.map(({ object, openings }) => [object.id, ...openings.map(({ value }) => value)])).toEqual([
      ['a', 'Actor 0', 'Reason 0'],
      ['b'],
      ['a', 'Actor 2', 'Reason 2'],
      ['c', 'Actor 3', 'Reason 3'],
    ]);
    expect(leaves.map(({ body }) => parseLeaf(body).of?.ordinal)).toEqual([1, 1, 2, 1]);
  });
});

describe('nodeReader', () => {
  test('asks once for all that is wanted at a time, and never twice for a node', async () => {
    const tenantId = await database.addTenant();
    await database.db.forTenant(tenantId, (tx) =>
      appendLeaves(
        tx,
        tenantId,
        Array.from({ length: 4 }, (_, i) => ({ leaf: leafAbout(`r${i}`) })),
      ),
    );
    const leaves = await about(tenantId, ['r0', 'r1', 'r2', 'r3']);
    await database.db.forTenant(tenantId, async (tx) => {
      let statements = 0;
      const counting = new Proxy(tx, {
        get: (target, name) => {
          statements += name === 'query' ? 1 : 0;
          return Reflect.get(target, name).bind(target) as unknown;
        },
      });
      const read = nodeReader(counting);
      const hashes = await Promise.all([0, 1, 2, 3, 1].map((index) => read(0, index)));
      expect(hashes.slice(0, 4)).toEqual(leaves.map(({ body }) => leafHash(body)));
      await read(0, 2);
      expect(statements).toBe(1);
      await Promise.all([read(1, 0), read(1, 1), read(2, 0)]);
      expect(statements).toBe(2);
      await expect(Promise.all([read(1, 0), read(3, 0)])).rejects.toMatchObject({ code: 'integrity_failed' });
    });
  });
});

describe('leaves and nodes', () => {
  const CHANGES = ['update TABLE set index = index', 'delete from TABLE', 'truncate TABLE'];

  test('cannot be changed or removed, neither by the application nor by the owner', async () => {
    const tenantId = await database.addTenant();
    await database.db.forTenant(tenantId, (tx) => add(tx, tenantId));
    await sequenceTenant(database.db, tenantId);
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

  test('of a leaf that waits for its place cannot be changed by the application', async () => {
    const change = database.db.forTenant(database.tenantId, (tx) =>
      tx.query("update ledger_pending set body = ''"),
    );
    await expect(change).rejects.toMatchObject({ code: '42501' });
  });

  test('take no second leaf at a place that is taken', async () => {
    const tenantId = await database.addTenant();
    await database.db.forTenant(tenantId, (tx) => add(tx, tenantId));
    await sequenceTenant(database.db, tenantId);
    const again = database.db.forTenant(tenantId, (tx) =>
      tx.query(
        `insert into ledger_leaf (tenant_id, index, at, act, object_type, object_id, body)
         values ($1, 0, now(), 'recording.played', 'recording', 'r1', '{}')`,
        [tenantId],
      ),
    );
    await expect(again).rejects.toMatchObject({ code: '23505' });
  });

  test('start from an empty head', async () => {
    const tenantId = await database.addTenant();
    expect(await database.db.forTenant(tenantId, readHead)).toMatchObject({ size: 0 });
  });
});
