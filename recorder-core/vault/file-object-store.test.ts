import { mkdtemp, open, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeStorageError } from './durable-file.ts';
import { openFileObjectStore } from './file-object-store.ts';
import { objectStoreConformance } from './object-store.conformance.ts';

let folder: string;
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'object-store-'));
});

afterAll(() => rm(folder, { recursive: true }));

function newRoot(): string {
  made += 1;
  return join(folder, `store-${made}`);
}

objectStoreConformance('the file store', () => openFileObjectStore(newRoot()));

describe('the file store', () => {
  it('takes the path of a local file, keeps it, and leaves no temporary file', async () => {
    const root = newRoot();
    const store = await openFileObjectStore(root);
    const source = join(folder, 'spooled');
    await writeFile(source, 'spooled bytes');
    expect(await store.put('t/r/p', source)).toMatchObject({ outcome: 'stored', size: 13 });
    expect((await stat(join(root, 't/r/p'))).mode & 0o777).toBe(0o600);
    expect((await stat(source)).size).toBe(13);
    expect(await readdir(join(root, '.incoming'))).toEqual([]);
    await expect(store.put('t/r/q', join(folder, 'no such file'))).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await readdir(join(root, '.incoming'))).toEqual([]);
  });

  it('shows nothing of a write that was killed, and removes it once it is old', async () => {
    const root = newRoot();
    const store = await openFileObjectStore(root);
    const abandoned = join(root, '.incoming', 'abandoned');
    await writeFile(abandoned, 'half');
    await utimes(abandoned, new Date('2026-01-01'), new Date('2026-01-01'));
    await writeFile(join(root, '.incoming', 'running'), 'half');
    for await (const head of store.list('')) throw new Error(`unexpected ${head.key}`);
    expect(await store.removeAbandoned(new Date('2026-01-02'))).toBe(1);
    expect(await readdir(join(root, '.incoming'))).toEqual(['running']);
  });

  it('answers a full disk with a sentence and its remedy', async () => {
    const full = await open('/dev/full', 'w');
    const refusal: unknown = await full.write('x').catch((error: unknown) => error);
    await full.close();
    expect(describeStorageError(refusal)).toMatchObject({
      code: 'storage_full',
      retryable: true,
      message: expect.stringMatching(/disk is full.*Free space/),
    });
  });

  it('says what stands in the way when a folder is where an object should be', async () => {
    const store = await openFileObjectStore(newRoot());
    await store.put('a/b', (async function* () {})());
    await expect(store.put('a/b/c', (async function* () {})())).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(await store.head('a/b/c')).toBeUndefined();
    expect(await store.head('a')).toBeUndefined();
    expect(await store.delete('a')).toBe('absent');
  });
});
