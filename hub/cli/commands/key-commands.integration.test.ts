import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { newId } from '../../../recorder-core/records/ids.ts';
import { openSecretTable } from '../../../recorder-core/records/installation-secret.ts';
import { reportRoots, upsertNode } from '../../../recorder-core/records/recorder-nodes.ts';
import { openFileObjectStore } from '../../../recorder-core/vault/file-object-store.ts';
import { openInstallationSecrets } from '../../../recorder-core/vault/installation-secrets.ts';
import { openLocalKeyRing, type LocalKeyRing } from '../../../recorder-core/vault/local-key-ring.ts';
import { encodeTombstone, TombstoneJournal } from '../../../recorder-core/vault/tombstone-journal.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { runHoldfast } from '../../../test/support/run-holdfast.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';

jest.setTimeout(120_000); // commands are processes of their own

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let database: TestDatabase;
let keys: LocalKeyRing;
let journal: TombstoneJournal;

beforeAll(async () => {
  folder = await temporaryFolder();
  database = await openTestDatabase();
  keys = await openLocalKeyRing(join(folder.path, 'key-ring.json'), { create: true });
  const store = openSecretTable(database.db, database.tenantId);
  const secrets = await openInstallationSecrets(store, keys, { create: true });
  const objects = await openFileObjectStore(join(folder.path, 'objects'));
  journal = new TombstoneJournal(objects, secrets.secret('tombstones', 32));
});
afterAll(async () => {
  await database.close();
  await folder.remove();
});

/** Runs a command as an operator does. */
const holdfast = (...args: string[]) => runHoldfast(database, args, { HOLDFAST_DATA: folder.path });

describe('the commands for the life of keys', () => {
  test('close a period, name a recorder that has to be waited for, and go on when it is given up', async () => {
    const before = await keys.currentKeyId();
    const node = { node: 'lost-7', region: 'eu-central', version: '1', state: 'down' } as const;
    await database.db.forTenant(database.tenantId, async (tx) => {
      await upsertNode(tx, database.tenantId, { ...node, calls: 0, capacity: 1 });
      await reportRoots(tx, 'lost-7', [before]);
    });
    expect((await holdfast('keys', 'periods')).output).toBe('No period of keys has been closed yet.\n');
    const waiting = await holdfast('keys', 'close-period');
    expect(waiting).toMatchObject({
      code: 1,
      output: expect.stringContaining('waiting: the recorder lost-7') as unknown,
    });
    expect((await holdfast('keys', 'periods')).output).toContain('open');
    expect(await holdfast('keys', 'give-up', 'lost-7', '--reason', 'Its disk burnt.')).toMatchObject({
      code: 0,
    });
    const closed = await holdfast('keys', 'close-period');
    expect(closed).toMatchObject({
      code: 0,
      output: expect.stringContaining('old root keys destroyed') as unknown,
    });
    expect((await holdfast('keys', 'periods')).output).toContain(`${before} -> `);
  });

  test('compare a database with the tombstones outside it, and replay them', async () => {
    expect(await holdfast('restore', 'check')).toMatchObject({ code: 0 });
    const at = new Date();
    await journal.write(
      encodeTombstone({
        tenant: database.tenantId,
        id: newId(at.getTime()),
        recording: randomUUID(),
        epoch: 1,
        at: at.toISOString(),
        saltedId: '',
        rules: [],
        packDigest: 'test',
        keys: [],
        stores: [],
      }),
    );
    const check = await holdfast('restore', 'check');
    expect(check).toMatchObject({ code: 1, output: expect.stringContaining('1 tombstones') as unknown });
    const replayed = await holdfast('restore');
    expect(replayed).toMatchObject({
      code: 0,
      output: expect.stringContaining('no destroyed key lives') as unknown,
    });
    expect(await holdfast('restore', 'check')).toMatchObject({ code: 0 });
    expect((await holdfast('restore', 'everything')).code).toBe(1);
  });
});
