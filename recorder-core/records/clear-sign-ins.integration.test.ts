import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { clearSignIns, KEPT_DAYS } from './clear-sign-ins.ts';
import type { Tx } from './database.ts';
import { insertIdempotentAnswer, readIdempotentAnswer } from './idempotent-answers.ts';
import { insertSession, insertSignInLink, type NewSession } from './sessions.ts';
import { insertUser } from './users.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-11-27T12:00:00.000Z');
const ago = (days: number, ms = 0) => new Date(NOW.getTime() - days * DAY_MS + ms).toISOString();
let database: TestDatabase;
let userId: string;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  userId = randomUUID();
  const user = { id: userId, name: `Person ${userId}`, role: 'engineer' };
  await inTenant((tx) => insertUser(tx, database.tenantId, user));
});

const inTenant = <T>(use: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, use);
const clear = (at = NOW) => inTenant((tx) => clearSignIns(tx, at));

/** A session that began a day before its end. */
async function session(expiresAt: string, means: NewSession['means'] = 'password'): Promise<string> {
  const id = randomUUID();
  const now = new Date(Date.parse(expiresAt) - DAY_MS).toISOString();
  const made = { id, tokenDigest: randomBytes(32), userId, now, expiresAt, means };
  await inTenant((tx) => insertSession(tx, database.tenantId, made));
  return id;
}
const sessions = async () =>
  (await database.asOwner<{ id: string }>('select id from session where user_id = $1', [userId]))
    .map(({ id }) => id)
    .sort();
const count = async (table: string, of: string) =>
  (await database.asOwner(`select from ${table} where session_id = $1`, [of])).length;

describe('sessions', () => {
  test('go with all that belongs to them once they were over for so long, to the millisecond', async () => {
    const old = await session(ago(KEPT_DAYS.sessions, -1));
    const kept = [await session(ago(KEPT_DAYS.sessions)), await session(ago(1))];
    for (const id of [old, ...kept]) {
      const values = [database.tenantId, randomBytes(32), id, NOW];
      await database.asOwner('insert into session_former_secret values ($1, $2, $3, $4)', values);
      await database.asOwner(
        `insert into presence_challenge (tenant_id, id, session_id, purpose, expires_at) values ($1, gen_random_uuid(), $2, 'prove', $3)`,
        [database.tenantId, id, NOW],
      );
    }
    expect(await clear()).toEqual({ more: false });
    expect(await sessions()).toEqual([...kept].sort());
    for (const table of ['session_former_secret', 'presence_challenge'])
      expect([await count(table, old), await count(table, kept[0] ?? '')]).toEqual([0, 1]);
  });

  test('that were ended count from then, and one that may still be used stays', async () => {
    const ended = await session(ago(-1));
    await database.asOwner('update session set ended_at = $2 where id = $1', [
      ended,
      ago(KEPT_DAYS.sessions, -1),
    ]);
    const open = [await session(ago(-2)), await session(ago(-3))];
    await clear();
    expect(await sessions()).toEqual(open.sort());
  });

  test('stay where they are the last of a way to sign in, however old', async () => {
    await session(ago(900));
    const last = [await session(ago(800)), await session(ago(850), 'saml')];
    await clear();
    expect(await sessions()).toEqual(last.sort());
  });

  test('are cleared all, however many', async () => {
    await database.asOwner(
      `insert into session (tenant_id, token_digest, user_id, created_at, expires_at)
       select $1, sha256(n::text::bytea), $2, $3::timestamptz + n * interval '1 second', $3::timestamptz + n * interval '2 seconds'
         from generate_series(1, 1002) n`,
      [database.tenantId, userId, ago(400)],
    );
    expect([await clear(), await clear()]).toEqual([{ more: true }, { more: false }]);
    expect(await sessions()).toHaveLength(1);
  });
});

test('links go once they were used, or could be, long ago', async () => {
  const link = async (expiresAt: string, usedAt: string | null = null) => {
    const tokenDigest = randomBytes(32);
    await inTenant((tx) => insertSignInLink(tx, database.tenantId, { tokenDigest, userId, expiresAt }));
    await database.asOwner('update sign_in_link set used_at = $2 where token_digest = $1', [
      tokenDigest,
      usedAt,
    ]);
    return tokenDigest;
  };
  await link(ago(KEPT_DAYS.links, -1));
  await link(ago(-1), ago(KEPT_DAYS.links, -1));
  const kept = [
    await link(ago(KEPT_DAYS.links)),
    await link(ago(KEPT_DAYS.links + 1), ago(1)),
    await link(ago(-1)),
  ];
  await clear();
  const left = await database.asOwner<{ token_digest: Buffer }>(
    'select token_digest from sign_in_link where user_id = $1',
    [userId],
  );
  const inHex = (digests: readonly Buffer[]) => digests.map((digest) => digest.toString('hex')).sort();
  expect(inHex(left.map((row) => row.token_digest))).toEqual(inHex(kept));
});

test('answers to repeated requests go after their time, and of other tenants nothing', async () => {
  const other = await database.addTenant();
  const answer = { requestDigest: Buffer.alloc(32), status: 200, body: {} };
  const add = async (tenantId: string, key: string, at: string) => {
    await database.db.forTenant(tenantId, (tx) => insertIdempotentAnswer(tx, tenantId, userId, key, answer));
    const where = 'where tenant_id = $1 and user_id = $2 and key = $3';
    await database.asOwner(`update idempotent_answer set created_at = $4 ${where}`, [
      tenantId,
      userId,
      key,
      at,
    ]);
  };
  await add(database.tenantId, 'old', ago(KEPT_DAYS.answers, -1));
  await add(database.tenantId, 'young', ago(KEPT_DAYS.answers));
  await add(other, 'old', ago(900));
  await clear();
  const found = (tenantId: string, key: string) =>
    database.db.forTenant(
      tenantId,
      async (tx) => (await readIdempotentAnswer(tx, userId, key)) !== undefined,
    );
  expect(await found(database.tenantId, 'old')).toBe(false);
  expect(await found(database.tenantId, 'young')).toBe(true);
  expect(await found(other, 'old')).toBe(true);
});
