import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openFileObjectStore } from './file-object-store.ts';
import type { ObjectStore } from './object-store.ts';
import { encodeTombstone, TombstoneJournal, type Tombstone } from './tombstone-journal.ts';

const SECRET = Buffer.alloc(32, 1);
let folder: string;
let objects: ObjectStore;
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-journal-'));
  objects = await openFileObjectStore(folder);
});
afterAll(() => rm(folder, { recursive: true }));

function tombstone(change: Partial<Tombstone> = {}): Tombstone {
  return {
    tenant: 'tenant-1',
    id: `stone-${++made}`,
    recording: 'recording-1',
    epoch: 1,
    at: '2026-11-26T10:00:00.000Z',
    saltedId: 'ab',
    rules: ['retention/default'],
    packDigest: 'cd',
    keys: [{ part: 'part-1', kek: 'kek-1', provider: 'local', root: 'root-1' }],
    stores: ['database'],
    ...change,
  };
}

const fileOf = ({ tenant, id }: Tombstone): string =>
  join(folder, 'tombstones', tenant, '2026-11', `${id}.tombstone`);

describe('the journal of tombstones', () => {
  test('gives back what was written, also when it was written twice', async () => {
    const journal = new TombstoneJournal(objects, SECRET);
    const one = tombstone();
    await journal.write(encodeTombstone(one));
    await journal.write(encodeTombstone(one));
    const entry = await journal.read(one.tenant, { id: one.id, month: '2026-11' });
    expect(entry.tombstone).toEqual(one);
    expect(entry.body.equals(encodeTombstone(one))).toBe(true);
  });

  test('lists a tenant by month, without what was withdrawn', async () => {
    const journal = new TombstoneJournal(objects, SECRET);
    const tenant = 'tenant-2';
    const [kept, taken, later] = [
      tombstone({ tenant }),
      tombstone({ tenant }),
      tombstone({ tenant, at: '2026-12-01T00:00:00.000Z' }),
    ];
    for (const one of [kept, taken, later]) await journal.write(encodeTombstone(one));
    await journal.withdraw(taken);
    await journal.withdraw(taken);
    expect(await journal.isWithdrawn(taken)).toBe(true);
    expect(await journal.isWithdrawn(kept)).toBe(false);
    expect(await journal.list(tenant, '2026-11')).toEqual([{ id: kept.id, month: '2026-11' }]);
    expect((await journal.list(tenant)).map(({ id }) => id)).toEqual([kept.id, later.id]);
  });

  test('believes no withdrawal that somebody else wrote', async () => {
    const journal = new TombstoneJournal(objects, SECRET);
    const forger = new TombstoneJournal(objects, Buffer.alloc(32, 3));
    const one = tombstone({ tenant: 'tenant-3' });
    await journal.write(encodeTombstone(one));
    await forger.withdraw(one);
    await expect(journal.isWithdrawn(one)).rejects.toMatchObject({ code: 'integrity_failed' });
    await expect(journal.list(one.tenant)).rejects.toMatchObject({ code: 'integrity_failed' });
  });

  test('refuses an entry with any byte changed, one put under another name, and one of another installation', async () => {
    const journal = new TombstoneJournal(objects, SECRET);
    const refused = { code: 'integrity_failed' };
    const one = tombstone();
    await journal.write(encodeTombstone(one));
    const place = { id: one.id, month: '2026-11' };
    await expect(
      new TombstoneJournal(objects, Buffer.alloc(32, 2)).read(one.tenant, place),
    ).rejects.toMatchObject(refused);
    const other = tombstone();
    const bytes = await readFile(fileOf(one));
    await writeFile(fileOf(other), bytes);
    await expect(journal.read(other.tenant, { ...place, id: other.id })).rejects.toMatchObject(refused);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      await writeFile(fileOf(one), changed);
      await expect(journal.read(one.tenant, place)).rejects.toMatchObject(refused);
    }
    await writeFile(fileOf(one), bytes.subarray(0, 20));
    await expect(journal.read(one.tenant, place)).rejects.toMatchObject(refused);
  });
});
