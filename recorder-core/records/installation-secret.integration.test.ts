import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { openInstallationSecrets, rewrapInstallationSecrets } from '../vault/installation-secrets.ts';
import { openLocalKeyRing } from '../vault/local-key-ring.ts';
import { openSecretTable } from './installation-secret.ts';

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-secret-'));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

test('nodes that start at once have one master secret, and it stays when it is wrapped anew', async () => {
  const ring = await openLocalKeyRing(join(folder, 'ring.json'), { create: true });
  const store = openSecretTable(database.db, database.tenantId);
  const all = await Promise.all(
    [1, 2, 3, 4].map(() => openInstallationSecrets(store, ring, { create: true })),
  );
  const [secret, ...others] = new Set(all.map((one) => one.secret('session', 32).toString('hex')));
  expect(others).toEqual([]);
  const before = await store.read();
  await ring.rotate();
  await rewrapInstallationSecrets(store, ring);
  const after = await store.read();
  expect(after?.keyId).toBe(await ring.currentKeyId());
  const another = openSecretTable(database.db, await database.addTenant());
  const reopened = await openInstallationSecrets(another, ring);
  expect(reopened.secret('session', 32).toString('hex')).toBe(secret);

  await store.replace(before!, before!); // what another node read before must not undo the new wrapping
  expect(await store.read()).toEqual(after);
});
