import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { objectKey } from '../../recorder-core/capture/object-key.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { ObjectLock } from '../../recorder-core/vault/object-lock.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { lockManyObjects } from './lock-objects.ts';

let database: TestDatabase;
let bench: ActivityBench;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

const ask = (lock: Partial<ObjectLock> | undefined, recordingIds: readonly string[]) => {
  const { objects: store } = bench.deps;
  const objects = { list: store.list.bind(store), lock } as Partial<typeof store> as typeof store;
  return lockManyObjects({ ...bench.deps, objects })({ tenantId: database.tenantId, recordingIds });
};

test('a recording whose objects the store refuses to lock is named, and the others get their locks', async () => {
  const ids = await Promise.all([1, 2, 3].map(() => bench.retain({ packets: 2 })));
  const prefixOf = (recordingId: string) =>
    objectKey({ region: 'eu-central', tenantId: database.tenantId, recordingId }, '');
  const refused = ids[1]!;
  const held = new Map<string, boolean>();
  const answer = await ask(
    {
      retainUntil: async () => undefined,
      setLegalHold: async (key, on) => {
        if (key.startsWith(prefixOf(refused))) throw new HoldfastError('forbidden', 'No locks here.');
        held.set(key, on);
      },
    },
    ids,
  );
  expect(answer).toEqual({ failed: [refused] });
  for (const id of ids)
    expect([...held.keys()].some((key) => key.startsWith(prefixOf(id)))).toBe(id !== refused);
});

test('a store without locks is asked for none', async () => {
  expect(await ask(undefined, ['00000000-0000-0000-0000-000000000000'])).toEqual({ failed: [] });
});
