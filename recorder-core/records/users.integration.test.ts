import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { Tx } from './database.ts';
import { findActiveUser, findUser, insertUser } from './users.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const inTenant = <T>(use: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, use);
const add = async (name: string): Promise<string> => {
  const id = randomUUID();
  await inTenant((tx) => insertUser(tx, database.tenantId, { id, name, role: 'engineer' }));
  return id;
};

test('a person is found by name and by id, however the id is written', async () => {
  const name = `Kim ${randomUUID()}`;
  const id = await add(name);
  for (const called of [name, id, id.toUpperCase()]) {
    expect(await inTenant((tx) => findUser(tx, called))).toMatchObject({ id, name });
    expect(await inTenant((tx) => findActiveUser(tx, called))).toMatchObject({ id, name });
  }
});

test("whoever calls themselves by another's id is not found in their place, even when the other has left", async () => {
  const id = await add('Was first');
  await add(id);
  expect(await inTenant((tx) => findUser(tx, id))).toMatchObject({ id });
  await database.asOwner("update app_user set status = 'left' where id = $1", [id]);
  expect(await inTenant((tx) => findUser(tx, id))).toMatchObject({ id });
  expect(await inTenant((tx) => findActiveUser(tx, id))).toBeUndefined();
});
