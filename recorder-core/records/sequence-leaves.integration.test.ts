import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type pg from 'pg';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { canonicalBytes, type JsonValue } from '../ledger/canonical-json.ts';
import { parseLeaf } from '../ledger/leaf.ts';
import { append, leafHash, nodeHash, serializeFrontier, type Frontier } from '../ledger/merkle.ts';
import { openDatabase, openPool, type Database, type Tx } from './database.ts';
import { appendLeaf, appendLeaves, readHead } from './ledger-log.ts';
import { sequenceLeaves, sequenceTenant } from './sequence-leaves.ts';
import { readLeavesAbout, type StoredLeaf } from './stored-leaves.ts';
import { walkLog } from './walk-log.ts';

jest.setTimeout(120_000); // hundreds of transactions

let database: TestDatabase;
let pool: pg.Pool;
let many: Database;

beforeAll(async () => {
  database = await openTestDatabase();
  pool = openPool(database.appUrl, 8);
  many = openDatabase(database.appUrl, { max: 20 });
});
afterAll(async () => {
  await Promise.all([pool.end(), many.close()]);
  await database.close();
});

const OBJECTS = ['r0', 'r1', 'r2'];

function entry(object: string, label: string) {
  return {
    leaf: {
      at: new Date(),
      act: 'recording.played',
      object: { type: 'recording', id: object },
      outcome: 'done',
      facts: { label },
    },
    personal: { actor: label },
  } as const;
}

const labelOf = ({ body }: StoredLeaf): string => String(parseLeaf(body).facts?.['label']);

/** Merkle tree hash as RFC 6962 section 2.1 defines it, with nothing shared. */
function treeHash(entries: readonly Buffer[]): Buffer {
  if (entries.length === 0) return createHash('sha256').digest();
  if (entries.length === 1) return leafHash(entries[0]!);
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  return nodeHash(treeHash(entries.slice(0, split)), treeHash(entries.slice(split)));
}

/** All leaves, after the log was found whole: gap-free, each object's chain closed, root and nodes as they must be. */
async function wholeLog(tenantId: string): Promise<StoredLeaf[]> {
  return database.db.forTenant(tenantId, async (tx) => {
    const leaves = await readLeavesAbout(tx, OBJECTS);
    const { size, root } = await readHead(tx);
    expect(leaves.map(({ index }) => index)).toEqual(leaves.map((_, i) => i));
    expect(size).toBe(leaves.length);
    expect(await walkLog(tx, tenantId, size)).toEqual({ root });
    expect(root).toEqual(treeHash(leaves.map(({ body }) => body)));
    const { rows } = await tx.query<{ count: number }>('select count(*) from ledger_node');
    let nodes = 0;
    for (let width = 1; width <= size; width *= 2) nodes += Math.floor(size / width);
    expect(rows[0]!.count).toBe(nodes);
    for (const object of OBJECTS) {
      const ofObject = leaves.filter((leaf) => leaf.object.id === object);
      expect(ofObject.map(({ body }) => parseLeaf(body).of?.ordinal)).toEqual(ofObject.map((_, i) => i + 1));
    }
    expect(leaves.map(({ openings }) => openings[0]?.value)).toEqual(leaves.map(labelOf));
    return leaves;
  });
}

/** A transaction that a test takes one step at a time. */
interface Steps {
  readonly tx: Tx;
  end(how: 'commit' | 'rollback'): Promise<void>;
}

async function begin(tenantId: string): Promise<Steps> {
  const tx = await pool.connect();
  tx.on('error', () => undefined); // some are killed
  await tx.query('begin');
  await tx.query("select set_config('holdfast.tenant_id', $1, true)", [tenantId]);
  return {
    tx,
    async end(how) {
      try {
        await tx.query(how);
      } finally {
        tx.release(true);
      }
    },
  };
}

describe('sequencing', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constant('append'), fc.nat(3), fc.constantFrom(...OBJECTS)) },
    { weight: 3, arbitrary: fc.tuple(fc.constantFrom('commit', 'rollback'), fc.nat(3)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('sequence inside'), fc.nat(3)) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('sequence'), fc.integer({ min: 1, max: 4 })) },
  );

  test('of transactions interleaved in any way, some of them undone, gives one whole log in a lawful order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const tenantId = await database.addTenant();
        await expectLawful(tenantId, steps as Step[]);
      }),
      { numRuns: 60 },
    );
  });

  test('goes on where another process was killed between placing and committing', async () => {
    const tenantId = await database.addTenant();
    for (const label of ['a', 'b', 'c'])
      await database.db.forTenant(tenantId, (tx) => appendLeaves(tx, tenantId, [entry('r0', label)]));
    const killed = await begin(tenantId);
    await sequenceLeaves(killed.tx, tenantId);
    expect(await sequenceTenant(database.db, tenantId)).toBe(0); // it holds the head
    const { rows } = await killed.tx.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.asOwner('select pg_terminate_backend($1, 10000)', [rows[0]!.pid]);
    await expect(killed.end('commit')).rejects.toThrow();
    expect(await sequenceTenant(database.db, tenantId)).toBe(3);
    expect((await wholeLog(tenantId)).map(labelOf)).toEqual(['a', 'b', 'c']);
  });

  test('places each leaf once while 16 writers and 2 sequencers are at work and readers ask in between', async () => {
    const tenantId = await database.addTenant();
    const committed: string[] = [];
    let writing = true;
    const sequencers = [1, 2].map(async () => {
      while (writing) await sequenceTenant(many, tenantId, 7);
    });
    await Promise.all(
      Array.from({ length: 16 }, async (_, writer) => {
        for (let round = 0; round < 20; round += 1) {
          const labels = Array.from({ length: 1 + (round % 3) }, (_, i) => `${writer}.${round}.${i}`);
          const undone = (writer + round) % 5 === 0;
          const work = many.forTenant(tenantId, async (tx) => {
            for (const [i, label] of labels.entries())
              await appendLeaves(tx, tenantId, [entry(OBJECTS[(writer + i) % 3]!, label)]);
            if (round % 7 === 0) await sequenceLeaves(tx, tenantId);
            if (undone) throw new Error('undone');
          });
          if (undone) await expect(work).rejects.toThrow('undone');
          else {
            await work;
            committed.push(...labels);
          }
        }
      }),
    );
    writing = false;
    await Promise.all(sequencers);
    const labels = (await wholeLog(tenantId)).map(labelOf);
    expect([...labels].sort()).toEqual([...committed].sort());
    const byWriter = (all: string[], writer: number) => all.filter((label) => label.startsWith(`${writer}.`));
    for (let writer = 0; writer < 16; writer += 1)
      expect(byWriter(labels, writer)).toEqual(byWriter(committed, writer));
  });

  test('keeps the logs of tenants apart, also while both grow', async () => {
    const tenants = [await database.addTenant(), await database.addTenant()];
    await Promise.all(
      Array.from({ length: 14 }, (_, i) => {
        const tenantId = tenants[i % 2]!;
        return database.db.forTenant(tenantId, (tx) => appendLeaves(tx, tenantId, [entry('r0', `${i}`)]));
      }),
    );
    for (const tenantId of tenants) expect(await wholeLog(tenantId)).toHaveLength(7);
  });

  test('goes on from leaves of schema 1, and counts them', async () => {
    const tenantId = await database.addTenant();
    const old = await writeSchema1(tenantId, ['r0', 'r1', 'r0', 'r0']);
    await database.db.forTenant(tenantId, (tx) =>
      appendLeaves(tx, tenantId, [entry('r0', 'a'), entry('r2', 'b'), entry('r1', 'c'), entry('r0', 'd')]),
    );
    const leaves = await database.db.forTenant(tenantId, (tx) => readLeavesAbout(tx, OBJECTS));
    const places = leaves.map(({ body }) => parseLeaf(body).of);
    const hash = (index: number): string => leafHash(leaves[index]!.body).toString('base64');
    expect(leaves.slice(0, 4).map(({ body }) => body)).toEqual(old);
    expect(places).toEqual([
      ...old.map(() => undefined),
      { ordinal: 4, previous: hash(3) },
      { ordinal: 1, previous: null },
      { ordinal: 2, previous: hash(1) },
      { ordinal: 5, previous: hash(4) },
    ]);
    await database.db.forTenant(tenantId, async (tx) => {
      const { size, root } = await readHead(tx);
      expect(await walkLog(tx, tenantId, size)).toEqual({ root });
    });
  });

  test('keeps objects of one id and different types apart', async () => {
    const tenantId = await database.addTenant();
    await database.db.forTenant(tenantId, async (tx) => {
      for (const type of ['recording', 'export', 'recording'])
        await appendLeaf(tx, tenantId, { ...entry('x', 'x').leaf, object: { type, id: 'x' } });
    });
    const leaves = await database.db.forTenant(tenantId, (tx) => readLeavesAbout(tx, 'x'));
    expect(leaves.map(({ body }) => parseLeaf(body).of?.ordinal)).toEqual([1, 1, 2]);
  });

  test('says so where something else wrote what is no leaf, and places the others once that is gone', async () => {
    const tenantId = await database.addTenant();
    await database.asOwner(
      `insert into ledger_pending (tenant_id, at, act, object_type, object_id, body, openings)
       values ($1, now(), 'recording.played', 'recording', 'r0', '{}', '[]')`,
      [tenantId],
    );
    await database.db.forTenant(tenantId, (tx) => appendLeaves(tx, tenantId, [entry('r0', 'a')]));
    await expect(sequenceTenant(database.db, tenantId)).rejects.toMatchObject({ code: 'integrity_failed' });
    await database.asOwner("delete from ledger_pending where tenant_id = $1 and body = '{}'", [tenantId]);
    expect((await wholeLog(tenantId)).map(labelOf)).toEqual(['a']);
  });

  test('places nothing on a head that does not fit its size', async () => {
    const tenantId = await database.addTenant();
    const add = () => database.db.forTenant(tenantId, (tx) => appendLeaves(tx, tenantId, [entry('r0', 'a')]));
    await add();
    await sequenceTenant(database.db, tenantId);
    await database.asOwner("update ledger_head set frontier = frontier || '\\x00' where tenant_id = $1", [
      tenantId,
    ]);
    await add();
    await expect(sequenceTenant(database.db, tenantId)).rejects.toMatchObject({ code: 'integrity_failed' });
    const [{ leaves, pending }] = (await database.asOwner(
      `select (select count(*)::int from ledger_leaf where tenant_id = $1) as leaves,
              (select count(*)::int from ledger_pending where tenant_id = $1) as pending`,
      [tenantId],
    )) as [{ leaves: number; pending: number }];
    expect({ leaves, pending }).toEqual({ leaves: 1, pending: 1 });
  });
});

type Step =
  | readonly ['append', number, string]
  | readonly ['commit' | 'rollback' | 'sequence inside', number]
  | readonly ['sequence', number];

/** Takes the steps, then requires the order that `sequence-leaves.ts` promises. */
async function expectLawful(tenantId: string, steps: readonly Step[]): Promise<void> {
  const open = new Map<number, Steps & { readonly labels: string[] }>();
  const committed = new Set<string>();
  /** By leaf: the leaves it must come after. */
  const after = new Map<string, readonly string[]>();
  let sequencing: number | undefined;
  let seen: Buffer[] = [];
  const end = async (who: number, how: 'commit' | 'rollback'): Promise<void> => {
    const own = open.get(who);
    if (own === undefined) return;
    open.delete(who);
    if (sequencing === who) sequencing = undefined;
    await own.end(how);
    if (how === 'commit') for (const label of own.labels) committed.add(label);
  };
  for (const [n, [what, who, object]] of steps.entries()) {
    if (what === 'commit' || what === 'rollback') await end(who, what);
    if (what === 'append') {
      if (!open.has(who)) open.set(who, { ...(await begin(tenantId)), labels: [] });
      const own = open.get(who)!;
      after.set(`${n}`, [...committed, ...own.labels]);
      own.labels.push(`${n}`);
      await appendLeaves(own.tx, tenantId, [entry(object!, `${n}`)]);
    }
    if (what === 'sequence inside' && open.has(who) && (sequencing ?? who) === who) {
      sequencing = who; // whoever else wanted the head now would wait
      await sequenceLeaves(open.get(who)!.tx, tenantId);
    }
    if (what === 'sequence') {
      await sequenceTenant(database.db, tenantId, who);
      const { bodies } = await readBodies(tenantId);
      expect(bodies.slice(0, seen.length)).toEqual(seen);
      seen = bodies;
    }
  }
  for (const who of [...open.keys()]) await end(who, who % 2 === 0 ? 'commit' : 'rollback');
  const labels = (await wholeLog(tenantId)).map(labelOf);
  expect([...labels].sort()).toEqual([...committed].sort());
  for (const [i, label] of labels.entries())
    for (const earlier of after.get(label)!.filter((other) => committed.has(other)))
      expect(labels.indexOf(earlier)).toBeLessThan(i);
}

async function readBodies(tenantId: string): Promise<{ bodies: Buffer[] }> {
  const rows = await database.asOwner<{ body: Buffer }>(
    'select body from ledger_leaf where tenant_id = $1 order by index',
    [tenantId],
  );
  return { bodies: rows.map(({ body }) => body) };
}

/** A log as releases before schema 2 left it. */
async function writeSchema1(tenantId: string, objects: readonly string[]): Promise<Buffer[]> {
  let frontier: Frontier = [];
  const bodies: Buffer[] = [];
  await database.db.forTenant(tenantId, async (tx) => {
    for (const [index, id] of objects.entries()) {
      const at = new Date(index).toISOString();
      const leaf = { v: 1, tenant: tenantId, at, act: 'recording.played', object: { type: 'recording', id } };
      const body = canonicalBytes({ ...leaf, outcome: 'done' } as JsonValue);
      const next = append(index, frontier, leafHash(body));
      await tx.query(
        `insert into ledger_leaf (tenant_id, index, at, act, object_type, object_id, body)
         values ($1, $2, $3, $4, 'recording', $5, $6)`,
        [tenantId, index, at, leaf.act, id, body],
      );
      for (const node of next.newNodes)
        await tx.query('insert into ledger_node values ($1, $2, $3, $4)', [
          tenantId,
          node.level,
          node.index,
          node.hash,
        ]);
      frontier = next.frontier;
      bodies.push(body);
    }
    await tx.query('update ledger_head set size = $1, frontier = $2', [
      objects.length,
      serializeFrontier(frontier),
    ]);
  });
  return bodies;
}
