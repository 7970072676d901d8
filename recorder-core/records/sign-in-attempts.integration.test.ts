import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { insertAttempt, readAttempt } from './sign-in-attempts.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('sign-ins that nobody ends make way, the oldest first, and those of other tenants stay', async () => {
  const { db, tenantId } = database;
  const other = await database.addTenant();
  const providers = new Map<string, string>();
  for (const tenant of [tenantId, other]) {
    const id = randomUUID();
    providers.set(tenant, id);
    await database.asOwner(
      `insert into identity_provider (tenant_id, id, kind, name, state, config, version, added_at, changed_at)
       values ($1, $2, 'oidc', 'Some', 'live', '{}', 1, now(), now())`,
      [tenant, id],
    );
  }
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const at = (second: number): Date => new Date(Date.parse('2026-11-27T12:00:00Z') + second * 1000);
  const begin = (tenant: string, name: string, second: number): Promise<void> =>
    db.forTenant(tenant, (tx) =>
      insertAttempt(
        tx,
        tenant,
        digest(name),
        {
          providerId: providers.get(tenant) ?? '',
          browser: digest('browser'),
          purpose: 'sign-in',
          userId: null,
          sessionId: null,
          returnTo: '/',
          sealed: Buffer.from('x'),
          askedAt: at(second),
          expiresAt: at(second + 600),
        },
        3,
      ),
    );
  const isOpen = (tenant: string, name: string): Promise<boolean> =>
    db.forTenant(
      tenant,
      async (tx) => (await readAttempt(tx, digest(name), providers.get(tenant) ?? '', at(9))) !== undefined,
    );
  await begin(other, 'theirs', 0);
  for (const [second, name] of ['a', 'b', 'c', 'd'].entries()) await begin(tenantId, name, second + 1);
  const open = [];
  for (const name of ['a', 'b', 'c', 'd']) open.push(await isOpen(tenantId, name));
  expect(open).toEqual([false, true, true, true]);
  expect(await isOpen(other, 'theirs')).toBe(true);
});
