import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { testLedgerKeys } from '../../test/support/ledger-key.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { openCheckpoint } from '../ledger/checkpoint.ts';
import { append, leafHash, type Frontier } from '../ledger/merkle.ts';
import { consistencyProof, verifyConsistency } from '../ledger/proofs.ts';
import { verifierKeyText } from '../ledger/signed-note.ts';
import { checkpointNow, readCustody, type SignedCheckpoint } from './checkpoints.ts';
import { logOrigin } from './log-origin.ts';
import type { Tx } from './database.ts';
import { appendLeaf, nodeReader } from './ledger-log.ts';
import { sequenceLeaves } from './sequence-leaves.ts';
import { nextSigningKey, readSigningKeys, replaceSigningKey, type SigningKey } from './signing-keys.ts';

const KEY = testLedgerKeys;
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
    await sequenceLeaves(tx, tenantId);
  });
}

function sign(tenantId: string, key = KEY, at = new Date()): Promise<SignedCheckpoint> {
  return database.db.forTenant(tenantId, (tx) => checkpointNow(tx, tenantId, key, at));
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
  const query = async (asked: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> => {
    const result = await tx.query(asked, values);
    if (pending && (typeof asked === 'string' ? asked : asked.text).includes(table)) {
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
    await expect(sign(tenantId, () => other)).rejects.toMatchObject({ code: 'key_unavailable' });
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

describe('the signing key', () => {
  const change = (tenantId: string, at = new Date()): ReturnType<typeof replaceSigningKey> =>
    database.db.forTenant(tenantId, (tx) => replaceSigningKey(tx, tenantId, KEY, at));
  const keysOf = (tenantId: string): Promise<SigningKey[]> =>
    database.db.forTenant(tenantId, (tx) => readSigningKeys(tx, tenantId, KEY));

  test('of a tenant counts from the tenant’s beginning', async () => {
    const tenantId = await tenantWithLog(1);
    const [row] = await database.asOwner<{ created_at: Date }>(
      "select date_trunc('second', created_at) as created_at from tenant where tenant_id = $1",
      [tenantId],
    );
    const [key] = await keysOf(tenantId);
    expect(key).toEqual({
      name: 'ledger-1',
      verifierKey: verifierKeyText(logOrigin(tenantId), KEY('ledger-1')),
      from: row!.created_at,
      until: null,
    });
  });

  test('is replaced by the next, which signs what grows from then on; the old one still opens what it signed', async () => {
    const tenantId = await tenantWithLog(3);
    const first = await sign(tenantId);
    const announced = await database.db.forTenant(tenantId, (tx) => nextSigningKey(tx, tenantId, KEY));
    const { before, after } = await change(tenantId);
    expect(before.until).toEqual(after.from);
    expect(after).toMatchObject({ name: 'ledger-2', verifierKey: announced.verifierKey, until: null });
    expect(await sign(tenantId)).toEqual(first);
    await grow(tenantId, 2);
    const second = await sign(tenantId, KEY, after.from);
    const [oldKey, newKey] = [before, after].map(({ verifierKey }) => verifierKey);
    expect([first.verifierKey, second.verifierKey]).toEqual([oldKey, newKey]);
    const origin = logOrigin(tenantId);
    expect(openCheckpoint(second.note, { origin, verifierKeys: [newKey!] }).size).toBe(5);
    expect(() => openCheckpoint(second.note, { origin, verifierKeys: [oldKey!] })).toThrow(/no trusted key/);
  });

  test('ends after everything it signed, even where the clock says otherwise', async () => {
    const tenantId = await tenantWithLog(1);
    await sign(tenantId);
    const { before } = await change(tenantId, new Date('2001-01-01T00:00:00Z'));
    const [row] = await database.asOwner<{ signed_at: Date }>(
      'select signed_at from ledger_checkpoint where tenant_id = $1',
      [tenantId],
    );
    expect(before.until!.getTime()).toBeGreaterThan(row!.signed_at.getTime());
    expect(before.until!.getMilliseconds()).toBe(0);
  });

  test('is replaced once when two ask at the same time, or twice one after the other, never by two at once', async () => {
    const tenantId = await tenantWithLog(1);
    await sign(tenantId);
    await Promise.allSettled([change(tenantId), change(tenantId)]);
    const keys = await keysOf(tenantId);
    expect(keys.filter(({ until }) => until === null)).toHaveLength(1);
    expect(keys.map(({ name }) => name)).toEqual(Array.from(keys, (_, at) => `ledger-${at + 1}`));
    keys.slice(1).forEach(({ from }, at) => {
      expect(from).toEqual(keys[at]!.until);
    });
  });
});
