import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { canonicalBytes, type JsonValue } from '../ledger/canonical-json.ts';
import { appendLeaves, readHead } from './ledger-log.ts';
import { sequenceTenant } from './sequence-leaves.ts';
import { walkLog, type WalkedLog } from './walk-log.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** More than a page of leaves about `r0` to `r6` in turn. */
async function tenantWithLog(): Promise<string> {
  const tenantId = await database.addTenant();
  const entries = Array.from({ length: 1_203 }, (_, i) => ({
    leaf: {
      at: new Date(i),
      act: 'recording.played',
      object: { type: 'recording', id: `r${i % 7}` },
      outcome: 'done',
    } as const,
  }));
  await database.db.forTenant(tenantId, (tx) => appendLeaves(tx, tenantId, entries));
  await sequenceTenant(database.db, tenantId);
  return tenantId;
}

async function walk(tenantId: string): Promise<{ walked: WalkedLog; root: Buffer }> {
  return database.db.forTenant(tenantId, async (tx) => {
    const { size, root } = await readHead(tx);
    return { walked: await walkLog(tx, tenantId, size), root };
  });
}

/** As the owner of the database could, past the triggers. */
async function tamper(tenantId: string, sql: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    await client.query("set session_replication_role = 'replica'");
    await client.query(sql, [tenantId, ...values]);
  } finally {
    await client.end();
  }
}

/** Leaf 700 rewritten, in canonical form, and its row with it where the row would tell. */
async function rewriteLeaf(tenantId: string, change: object): Promise<void> {
  const [row] = await database.asOwner<{ body: Buffer }>(
    'select body from ledger_leaf where tenant_id = $1 and index = 700',
    [tenantId],
  );
  const leaf = JSON.parse(row!.body.toString('utf8')) as object;
  const body = canonicalBytes({ ...leaf, ...change } as JsonValue);
  await tamper(tenantId, 'update ledger_leaf set body = $2 where tenant_id = $1 and index = 700', [body]);
}

describe('walkLog', () => {
  test('gives the root of the head for a log that is whole, over several pages', async () => {
    const { walked, root } = await walk(await tenantWithLog());
    expect(walked).toEqual({ root });
  });

  test('gives another root for a leaf that was rewritten, and finds nothing else wrong with it', async () => {
    const tenantId = await tenantWithLog();
    const upTo701 = () => database.db.forTenant(tenantId, (tx) => walkLog(tx, tenantId, 701));
    const before = await upTo701();
    await rewriteLeaf(tenantId, { outcome: 'refused' }); // the last of these, so that none goes on from it
    const after = await upTo701();
    expect(Object.keys(after)).toEqual(['root']);
    expect(after).not.toEqual(before);
  });

  test.each<[string, (tenantId: string) => Promise<void>, RegExp]>([
    [
      'a leaf that is gone',
      (id) => tamper(id, 'delete from ledger_leaf where tenant_id = $1 and index = 700'),
      /leaf 700 is missing/,
    ],
    [
      'an end that is gone',
      (id) => tamper(id, 'delete from ledger_leaf where tenant_id = $1 and index >= 1000'),
      /leaf 1000 is missing/,
    ],
    ['a leaf of another tenant', (id) => rewriteLeaf(id, { tenant: 'other' }), /row of leaf 700/],
    [
      'a leaf that is none',
      (id) => rewriteLeaf(id, { note: 1 }),
      /leaf 700 or the one before it .* is no leaf/,
    ],
    [
      'a later leaf about the object after a change',
      (id) => rewriteLeaf(id, { outcome: 'x' }),
      /leaf 707 does not go on/,
    ],
    [
      'a leaf with another ordinal, in its row too',
      async (id) => {
        await rewriteLeaf(id, { of: { ordinal: 90, previous: `${'A'.repeat(43)}=` } });
        await tamper(id, 'update ledger_leaf set ordinal = 90 where tenant_id = $1 and index = 700');
      },
      /leaf 700 does not go on/,
    ],
    ...(['act', 'object_id', 'object_type'] as const).map(
      (column): [string, (tenantId: string) => Promise<void>, RegExp] => [
        `a row that says another ${column}`,
        (id) => tamper(id, `update ledger_leaf set ${column} = 'other' where tenant_id = $1 and index = 700`),
        /row of leaf 700/,
      ],
    ),
    [
      'a row that says another time',
      (id) => tamper(id, 'update ledger_leaf set at = now() where tenant_id = $1 and index = 700'),
      /row of leaf 700/,
    ],
    [
      'two leaves about one object in each other’s places',
      async (id) => {
        for (const [from, to] of [
          [700, 9000],
          [707, 700],
          [9000, 707],
        ])
          await tamper(id, 'update ledger_leaf set index = $3 where tenant_id = $1 and index = $2', [
            from,
            to,
          ]);
      },
      /leaf 700 does not go on/,
    ],
  ])('finds %s', async (_name, attack, fault) => {
    const tenantId = await tenantWithLog();
    await attack(tenantId);
    const { walked } = await walk(tenantId);
    expect('fault' in walked ? walked.fault : 'nothing').toMatch(fault);
  });
});
