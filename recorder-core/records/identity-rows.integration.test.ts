import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { insertIdempotentAnswer, lockIdempotencyKey, readIdempotentAnswer } from './idempotent-answers.ts';
import { newId } from './ids.ts';
import { endSessions, insertSession, insertSignInLink, readSession, useSignInLink } from './sessions.ts';
import { insertUser, type User } from './users.ts';

const NOON = '2026-11-16T12:00:00.000Z';
const LATER = '2026-11-16T12:15:00.000Z';
let database: TestDatabase;
let user: User;

beforeAll(async () => {
  database = await openTestDatabase();
  user = { id: newId(Date.parse(NOON)), name: 'Test officer', role: 'compliance_officer' };
  await database.db.forTenant(database.tenantId, (tx) => insertUser(tx, database.tenantId, user));
});
afterAll(() => database.close());

const inTenant: TestDatabase['db']['forTenant'] = (tenantId, work) => database.db.forTenant(tenantId, work);

describe('a one-time link', () => {
  const makeLink = async (): Promise<Buffer> => {
    const tokenDigest = randomBytes(32);
    const link = { tokenDigest, userId: user.id, expiresAt: LATER };
    await inTenant(database.tenantId, (tx) => insertSignInLink(tx, database.tenantId, link));
    return tokenDigest;
  };

  test('answers its user to one of many who come at once, and to none after', async () => {
    const digest = await makeLink();
    const use = (): Promise<User | undefined> =>
      inTenant(database.tenantId, (tx) => useSignInLink(tx, digest, NOON));
    const users = await Promise.all(Array.from({ length: 8 }, use));
    expect(users.filter((found) => found !== undefined)).toEqual([user]);
    expect(await use()).toBeUndefined();
  });

  test('is worth nothing from the moment it expires, nor in another tenant', async () => {
    const digest = await makeLink();
    const other = await database.addTenant();
    expect(await inTenant(other, (tx) => useSignInLink(tx, digest, NOON))).toBeUndefined();
    expect(await inTenant(database.tenantId, (tx) => useSignInLink(tx, digest, LATER))).toBeUndefined();
    expect(await inTenant(database.tenantId, (tx) => useSignInLink(tx, digest, NOON))).toEqual(user);
  });
});

test('a session is open until it expires or is ended', async () => {
  const tokenDigest = randomBytes(32);
  const { tenantId } = database;
  await inTenant(tenantId, (tx) =>
    insertSession(tx, tenantId, { tokenDigest, userId: user.id, now: NOON, expiresAt: LATER }),
  );
  const read = (at: string) => inTenant(tenantId, (tx) => readSession(tx, tokenDigest, at));
  expect(await read(NOON)).toEqual({
    user,
    sessionId: expect.any(String),
    means: 'link',
    providerId: null,
    authAt: NOON,
    steppedUpAt: null,
    acr: null,
    amr: [],
    country: null,
    groups: [],
    department: null,
    job: null,
    region: null,
    expiresAt: LATER,
  });
  expect(await read(LATER)).toBeUndefined();
  const ended = await inTenant(tenantId, (tx) => endSessions(tx, { userId: user.id }, NOON));
  expect(ended).toMatchObject([{ userId: user.id }]);
  expect(await read(NOON)).toBeUndefined();
});

describe('an idempotent answer', () => {
  const answer = { requestDigest: Buffer.alloc(32, 7), status: 201, body: { a: [1, 'ü', null] } };

  test('is kept for one user and one key, and comes back as it was', async () => {
    const { tenantId } = database;
    await inTenant(tenantId, (tx) => insertIdempotentAnswer(tx, tenantId, user.id, 'key-one', answer));
    const read = (userId: string, key: string, tenant = tenantId) =>
      inTenant(tenant, (tx) => readIdempotentAnswer(tx, userId, key));
    expect(await read(user.id, 'key-one')).toEqual(answer);
    expect(await read(user.id, 'key-two')).toBeUndefined();
    expect(await read(newId(0), 'key-one')).toBeUndefined();
    expect(await read(user.id, 'key-one', await database.addTenant())).toBeUndefined();
  });

  test('lets one of several twins act, and the others wait for its answer', async () => {
    const { tenantId } = database;
    let acts = 0;
    const twin = (): Promise<unknown> =>
      inTenant(tenantId, async (tx) => {
        await lockIdempotencyKey(tx, user.id, 'twins');
        const known = await readIdempotentAnswer(tx, user.id, 'twins');
        if (known !== undefined) return known;
        acts += 1;
        await insertIdempotentAnswer(tx, tenantId, user.id, 'twins', answer);
        return answer;
      });
    const answers = await Promise.all(Array.from({ length: 6 }, twin));
    expect(acts).toBe(1);
    expect(answers).toEqual(Array.from({ length: 6 }, () => answer));
  });

  test('is not kept where the act fails, so that the same key may try again', async () => {
    const { tenantId } = database;
    const failing = inTenant(tenantId, async (tx) => {
      await lockIdempotencyKey(tx, user.id, 'again');
      await insertIdempotentAnswer(tx, tenantId, user.id, 'again', answer);
      throw new Error('after the answer');
    });
    await expect(failing).rejects.toThrow('after the answer');
    expect(await inTenant(tenantId, (tx) => readIdempotentAnswer(tx, user.id, 'again'))).toBeUndefined();
  });
});
