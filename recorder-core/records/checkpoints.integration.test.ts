import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { openCheckpoint } from '../ledger/checkpoint.ts';
import { append, leafHash, type Frontier } from '../ledger/merkle.ts';
import { consistencyProof, verifyConsistency } from '../ledger/proofs.ts';
import { checkpointNow, logOrigin, readCustody, type SignedCheckpoint } from './checkpoints.ts';
import type { Tx } from './database.ts';
import { appendLeaf, nodeReader } from './ledger-log.ts';

const KEY = generateKeyPairSync('ed25519').privateKey;
const REFUSED = { code: 'integrity_failed' };
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** A tenant whose log has `leaves` leaves about `r0`, `r1` and `r2` in turn. */
async function tenantWithLog(leaves: number): Promise<string> {
  const tenantId = await database.addTenant();
  await grow(tenantId, leaves);
  return tenantId;
}

function grow(tenantId: string, leaves: number): Promise<void> {
  return database.db.forTenant(tenantId, async (tx) => {
    for (let i = 0; i < leaves; i += 1) {
      await appendLeaf(tx, tenantId, {
        at: new Date(),
        act: 'recording.played',
        object: { type: 'recording', id: `r${i % 3}` },
        outcome: 'done',
        facts: { i },
      });
    }
  });
}

function sign(tenantId: string, key = KEY): Promise<SignedCheckpoint> {
  return database.db.forTenant(tenantId, (tx) => checkpointNow(tx, tenantId, key, new Date()));
}

/** What only someone with the server in hand can do: go round triggers and rewrite the tables. */
async function tamper(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    await client.query("set session_replication_role = 'replica'");
    await work(client);
  } finally {
    await client.end();
  }
}

/** Leaves, nodes and head as if only `size` leaves had ever been there, the last of them with `lastBody`. */
function rewrite(tenantId: string, size: number, lastBody?: Buffer): Promise<void> {
  return tamper(async (client) => {
    await client.query('delete from ledger_leaf where tenant_id = $1 and index >= $2', [tenantId, size]);
    if (lastBody !== undefined)
      await client.query('update ledger_leaf set body = $3 where tenant_id = $1 and index = $2', [
        tenantId,
        size - 1,
        lastBody,
      ]);
    await client.query('delete from ledger_node where tenant_id = $1', [tenantId]);
    const { rows } = await client.query<{ body: Buffer }>(
      'select body from ledger_leaf where tenant_id = $1 order by index',
      [tenantId],
    );
    let frontier: Frontier = [];
    for (const [index, { body }] of rows.entries()) {
      const next = append(index, frontier, leafHash(body));
      frontier = next.frontier;
      for (const node of next.newNodes)
        await client.query(
          'insert into ledger_node (tenant_id, level, index, hash) values ($1, $2, $3, $4)',
          [tenantId, node.level, node.index, node.hash],
        );
    }
    await client.query('update ledger_head set size = $2, frontier = $3 where tenant_id = $1', [
      tenantId,
      size,
      Buffer.concat(frontier),
    ]);
  });
}

/** A transaction beside which `event` happens once, right after its first query on `table`. */
function afterQueryOn(tx: Tx, table: string, event: () => Promise<void>): Tx {
  let pending = true;
  const query = async (text: string, values: unknown[]): Promise<pg.QueryResult> => {
    const result = await tx.query(text, values);
    if (pending && text.includes(table)) {
      pending = false;
      await event();
    }
    return result;
  };
  return new Proxy(tx, { get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)) });
}

describe('checkpointNow', () => {
  test('signs each size once and every later size as an extension of it', async () => {
    const tenantId = await tenantWithLog(3);
    const first = await sign(tenantId);
    expect(await sign(tenantId)).toEqual(first);
    await grow(tenantId, 6);
    const second = await sign(tenantId);
    const trusted = { origin: logOrigin(tenantId), verifierKeys: [second.verifierKey] };
    expect(openCheckpoint(second.note, trusted)).toMatchObject({ size: 9 });
    const proof = await database.db.forTenant(tenantId, (tx) => consistencyProof(3, 9, nodeReader(tx)));
    expect(verifyConsistency(3, 9, proof, first.root, second.root)).toBe(true);
  });

  test('signs the empty log, and what grows from it', async () => {
    const tenantId = await database.addTenant();
    expect(await sign(tenantId)).toMatchObject({ size: 0 });
    await grow(tenantId, 1);
    expect(await sign(tenantId)).toMatchObject({ size: 1 });
  });

  test('gives callers at the same time one and the same checkpoint', async () => {
    const tenantId = await tenantWithLog(5);
    const notes = await Promise.all(Array.from({ length: 6 }, () => sign(tenantId)));
    expect(new Set(notes.map(({ note }) => note)).size).toBe(1);
    const stored = await database.asOwner('select note from ledger_checkpoint where tenant_id = $1', [
      tenantId,
    ]);
    expect(stored).toEqual([{ note: notes[0]!.note }]);
  });

  test('does not mistake what another appends and signs between two of its queries for a rollback', async () => {
    const tenantId = await tenantWithLog(3);
    await sign(tenantId);
    await grow(tenantId, 1);
    for (const table of ['ledger_head', 'ledger_checkpoint']) {
      const signed = await database.db.forTenant(tenantId, (tx) =>
        checkpointNow(
          afterQueryOn(tx, table, async () => {
            await grow(tenantId, 1);
            await sign(tenantId);
          }),
          tenantId,
          KEY,
          new Date(),
        ),
      );
      expect(signed.size).toBeGreaterThanOrEqual(4);
    }
  });

  test('refuses a log that was rolled back to a size that was never signed', async () => {
    const tenantId = await tenantWithLog(7);
    await sign(tenantId);
    await rewrite(tenantId, 5);
    await expect(sign(tenantId)).rejects.toMatchObject(REFUSED);
  });

  test('refuses a log that was rolled back to a size that was signed once', async () => {
    const tenantId = await tenantWithLog(4);
    await sign(tenantId);
    await grow(tenantId, 3);
    await sign(tenantId);
    await rewrite(tenantId, 4);
    await expect(sign(tenantId)).rejects.toMatchObject(REFUSED);
  });

  test('refuses a log whose last leaf was replaced, as it stands and after it has grown', async () => {
    const tenantId = await tenantWithLog(6);
    await sign(tenantId);
    await rewrite(tenantId, 6, Buffer.from('{"a":"lie"}'));
    await expect(sign(tenantId)).rejects.toMatchObject(REFUSED);
    await grow(tenantId, 4);
    await expect(sign(tenantId)).rejects.toMatchObject(REFUSED);
  });

  test('refuses to go on under another key than the one that signed before', async () => {
    const tenantId = await tenantWithLog(2);
    await sign(tenantId);
    await grow(tenantId, 1);
    const other = generateKeyPairSync('ed25519').privateKey;
    await expect(sign(tenantId, other)).rejects.toMatchObject(REFUSED);
  });
});

describe('readCustody', () => {
  test('proves every leaf about one thing against the checkpoint', async () => {
    const tenantId = await tenantWithLog(11);
    const checkpoint = await sign(tenantId);
    const leaves = await database.db.forTenant(tenantId, (tx) => readCustody(tx, 'r1', checkpoint));
    expect(leaves.map(({ index }) => index)).toEqual([1, 4, 7, 10]);
    expect(leaves.every(({ proven }) => proven)).toBe(true);
  });

  test('shows a leaf whose text was changed as not proven, and the others as proven', async () => {
    const tenantId = await tenantWithLog(8);
    const checkpoint = await sign(tenantId);
    await tamper(async (client) => {
      await client.query(
        "update ledger_leaf set body = convert_to(replace(convert_from(body, 'UTF8'), 'played', 'stored'), 'UTF8') where tenant_id = $1 and index = 4",
        [tenantId],
      );
    });
    const leaves = await database.db.forTenant(tenantId, (tx) => readCustody(tx, 'r1', checkpoint));
    expect(leaves.map(({ index, proven }) => [index, proven])).toEqual([
      [1, true],
      [4, false],
      [7, true],
    ]);
  });

  test('says so where a node of the log is missing', async () => {
    const tenantId = await tenantWithLog(8);
    const checkpoint = await sign(tenantId);
    await tamper(async (client) => {
      await client.query('delete from ledger_node where tenant_id = $1 and level = 1 and index = 3', [
        tenantId,
      ]);
    });
    await expect(
      database.db.forTenant(tenantId, (tx) => readCustody(tx, 'r1', checkpoint)),
    ).rejects.toMatchObject(REFUSED);
  });
});
