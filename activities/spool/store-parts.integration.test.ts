import { access, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { changedObjectStore } from '../../test/support/changed-object-store.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { partPath, spoolFolder } from '../../recorder-core/capture/spool-folder.ts';
import { parseLeaf, type Leaf } from '../../recorder-core/ledger/leaf.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { openPart } from '../../recorder-core/records/open-part.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import { digestReader } from '../../recorder-core/vault/digest-reader.ts';
import { storeParts } from './store-parts.ts';

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

const ref = (recordingId: string) => ({ tenantId: database.tenantId, recordingId });
const partsOf = (recordingId: string): Promise<Part[]> =>
  database.db.forTenant(database.tenantId, (tx) => readParts(tx, recordingId));
const leavesOf = async (recordingId: string): Promise<Leaf[]> =>
  (await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, recordingId))).map(({ body }) =>
    parseLeaf(body),
  );

/** Everything is in the object store, verified, and entered once; nothing is left in the spool. */
async function expectStored(recordingId: string): Promise<void> {
  const parts = await partsOf(recordingId);
  expect(parts.map(({ kind, store }) => [kind, store])).toEqual([
    ['media', 'objects'],
    ['media', 'objects'],
    ['metadata', 'objects'],
  ]);
  for (const part of parts) {
    const opened = await openPart(bench.deps, database.tenantId, part);
    expect((await digestReader(opened.reader)).equals(part.sha256)).toBe(true);
    await opened.close();
  }
  expect((await bench.read(recordingId)).state).toBe('stored');
  const leaves = await leavesOf(recordingId);
  expect(leaves.map(({ act }) => act)).toEqual(['recording.sealed', 'recording.stored']);
  expect(leaves[1]?.facts?.['moves']).toEqual(
    parts.map(({ id, ciphertextSha256 }) => ({
      id,
      from: 'spool',
      to: 'objects',
      ciphertextSha256: ciphertextSha256.toString('hex'),
    })),
  );
  expect(await readdir(bench.spool)).toEqual([]);
}

describe('storing the parts of a recording', () => {
  test('moves them from the spool to the object store, reads them back, and does nothing when asked again', async () => {
    const id = await bench.capture();
    const answer = await bench.activities.spool.storeParts(ref(id));
    await expectStored(id);
    const bytes = (await partsOf(id)).reduce((sum, part) => sum + part.ciphertextBytes, 0);
    expect(answer).toEqual({ parts: 3, bytes });
    expect(await bench.activities.spool.storeParts(ref(id))).toEqual(answer);
    await expectStored(id);
  });

  test.each([
    ['before the row knew of the first object', 0],
    ['with one part moved', 1],
    ['with all parts moved', 3],
  ])('goes on where a killed worker stopped: %s', async (_moment, marked) => {
    const id = await bench.capture();
    const parts = await partsOf(id);
    for (const part of parts.slice(0, marked + 1)) {
      await bench.deps.objects.put(part.objectKey, partPath(spoolFolder(bench.spool, id), part.id));
    }
    await database.asOwner("update part set store = 'objects' where id = any ($1)", [
      parts.slice(0, marked).map((part) => part.id),
    ]);
    await bench.activities.spool.storeParts(ref(id));
    await expectStored(id);
  });

  test('ends well for two at once, as when a worker that was given up is still at work', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = await bench.capture({ packets: 5 });
      const [first, second] = await Promise.all([
        bench.activities.spool.storeParts(ref(id)),
        bench.activities.spool.storeParts(ref(id)),
      ]);
      expect(second).toEqual(first);
      await expectStored(id);
    }
  });

  test('ends well for one that falls behind and finds the spool already cleared', async () => {
    const id = await bench.capture();
    let overtake: Promise<unknown> | undefined;
    const objects = changedObjectStore(bench.deps.objects, {
      async put(...args) {
        overtake ??= bench.activities.spool.storeParts(ref(id));
        await overtake;
        return bench.deps.objects.put(...args);
      },
    });
    const slow = await storeParts({ ...bench.deps, objects })(ref(id));
    expect(slow).toEqual(await overtake);
    await expectStored(id);
  });

  test('refuses a part that changed in the spool: nothing of it is stored and it stays where it is', async () => {
    const id = await bench.capture();
    const [part] = await partsOf(id);
    const path = partPath(spoolFolder(bench.spool, id), part!.id);
    const file = await open(path, 'r+');
    await file.write(Buffer.of((await readFile(path))[700]! ^ 1), 0, 1, 700);
    await file.close();

    await expect(bench.activities.spool.storeParts(ref(id))).rejects.toMatchObject({
      code: 'integrity_failed',
    });
    expect((await bench.read(id)).state).toBe('captured');
    expect(await bench.deps.objects.head(part!.objectKey)).toBeUndefined();
    await access(path);
    expect((await leavesOf(id)).map(({ act }) => act)).toEqual(['recording.sealed']);
  });

  test('keeps the spool when an object comes back other than it was captured', async () => {
    const id = await bench.capture();
    const [part] = await partsOf(id);
    const objects = changedObjectStore(bench.deps.objects, {
      async open(key) {
        const object = await bench.deps.objects.open(key);
        const read = async (offset: number, length: number): Promise<Buffer> => {
          const bytes = await object.read(offset, length);
          if (offset > 0) bytes[0]! ^= 1;
          return bytes;
        };
        return { size: object.size, read, close: () => object.close() };
      },
    });
    await expect(storeParts({ ...bench.deps, objects })(ref(id))).rejects.toMatchObject({
      code: 'integrity_failed',
    });
    expect((await partsOf(id))[0]?.store).toBe('spool');
    await access(join(spoolFolder(bench.spool, id), `${part!.id}.part`));
  });

  test('knows nothing of a recording that is not there', async () => {
    await expect(bench.activities.spool.storeParts(ref(bench.searchId))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
