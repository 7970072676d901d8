import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '../../recorder-core/records/ids.ts';
import { insertProbe } from '../../recorder-core/records/object-store-probes.ts';
import type { ProbeVerdict } from '../../recorder-core/vault/probe-object-store.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { objectLockCheck } from './object-lock-check.ts';

const AT = Date.parse('2026-11-02T00:00:00.000Z');
const HOUR_MS = 3_600_000;
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const lock = { mode: 'compliance' } as never;
const ask = (hours = 0, store = { lock }) =>
  objectLockCheck(database.db, database.tenantId, store, () => new Date(AT + hours * HOUR_MS)).run();
const keep = (verdict: ProbeVerdict, hours: number) =>
  database.db.forTenant(database.tenantId, (tx) =>
    insertProbe(tx, database.tenantId, {
      id: newId(AT),
      place: 's3://bucket',
      mode: 'compliance',
      verdict,
      findings: [],
      probedAt: new Date(AT + hours * HOUR_MS).toISOString(),
    }),
  );

test('readiness says what the last probe found, degrades where the store lies or was not probed, and never stops anybody', async () => {
  expect(await ask(0, { lock: undefined as never })).toMatch(/No locks/);
  await expect(ask()).rejects.toThrow(/not been probed yet/);
  await keep('worm', 0);
  expect(await ask(1)).toMatch(/kept its compliance locks when it was probed at 2026-11-02/);
  await expect(ask(51)).rejects.toThrow(/last probed at 2026-11-02/);
  await keep('not-worm', 2);
  await expect(ask(3)).rejects.toThrow(/is not WORM/);
  await keep('worm', 4);
  expect(await ask(5)).toMatch(/kept/);
  expect(objectLockCheck(database.db, database.tenantId, { lock }, () => new Date()).dispensable).toBe(true);
});
